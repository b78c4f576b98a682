import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type RunResult } from './run';
import type { TerraformBinary } from './terraform-binary';
import { parseJsonLog, type Diagnostic, type JsonLog } from './terraform-json';

/** Our provider's source address without the host. */
export const PROVIDER_SOURCE = 'trustgrid/tg';

/** The version under which tests install the provider in a mirror. */
const MIRROR_VERSION = '0.1.0';

/** What to run terraform on. */
export interface TerraformSetup {
  binary: TerraformBinary;
  /** The provider's executable. */
  provider: string;
  /** `dev-override`: used as it is, without `init`; `mirror`: installed by `init` from a filesystem mirror. */
  install: 'dev-override' | 'mirror';
  /** File name → HCL. */
  files: Record<string, string>;
  /** `TF_VAR_…` and `TG_…` variables; every other variable of those families is removed. */
  env?: NodeJS.ProcessEnv;
}

/** One command's outcome. */
export interface CommandResult extends JsonLog {
  ok: boolean;
  code: number | null;
  /** Errors and warnings as text, as a test wants to match them. */
  text: string;
  raw: RunResult;
}

/** A resource in state. */
export interface StateResource {
  address: string;
  values: Record<string, unknown>;
}

/** Terraform in a working directory, home and CLI config of its own: nothing of the user's is read or written. */
export interface Terraform {
  readonly dir: string;
  write(files: Record<string, string>): Promise<void>;
  setEnv(env: NodeJS.ProcessEnv): void;
  init(): Promise<RunResult>;
  /** `plan -json`; `changed` tells whether there is something to apply (exit code 2). */
  plan(...args: string[]): Promise<CommandResult & { changed: boolean }>;
  /** `plan` as a person sees it. */
  planText(...args: string[]): Promise<RunResult>;
  apply(...args: string[]): Promise<CommandResult>;
  destroy(...args: string[]): Promise<CommandResult>;
  import(address: string, id: string, ...args: string[]): Promise<RunResult>;
  validate(): Promise<{ ok: boolean; diagnostics: Diagnostic[]; text: string }>;
  state(): Promise<StateResource[]>;
  /** Any other command. */
  raw(...args: string[]): Promise<RunResult>;
  /** Starts from an empty state; HCL and installed providers stay. */
  forget(): Promise<void>;
  /** Interrupts what still runs and removes the folder. */
  close(): Promise<void>;
}

/** Makes the working directory; `mirror` runs `init` as well. */
export async function createTerraform(setup: TerraformSetup): Promise<Terraform> {
  const root = await mkdtemp(join(tmpdir(), 'tg-terraform-'));
  const dir = join(root, 'work');
  const home = join(root, 'home');
  const tmp = join(root, 'tmp');
  const cliConfig = join(root, 'terraform.rc');
  await Promise.all([dir, home, tmp].map((d) => mkdir(d)));
  await writeFile(cliConfig, await installation(setup, root));

  let env: NodeJS.ProcessEnv = setup.env ?? {};
  const environment = (): NodeJS.ProcessEnv => ({
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(TF|TG|AWS|TERRAFORM|TOFU)(_|$)/.test(name)),
    ),
    ...env,
    HOME: home,
    TMPDIR: tmp,
    TF_CLI_CONFIG_FILE: cliConfig,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
  });
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const raw = (...args: string[]) => {
    const command = run(setup.binary.path, args, { cwd: dir, env: environment(), signal: closing.signal });
    running.add(command);
    return command.finally(() => running.delete(command));
  };
  const write = async (files: Record<string, string>) => {
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(dir, name), text)));
  };
  const command = async (...args: string[]): Promise<CommandResult> => {
    const result = await raw(...args);
    const log = withoutOverrideWarning(parseJsonLog(result.stdout));
    const text = log.diagnostics.map(diagnosticText).join('\n');
    return {
      ...log,
      ok: result.code === 0,
      code: result.code,
      text: [text, result.stderr].join('\n').trim(),
      raw: result,
    };
  };

  await write(setup.files);
  const terraform: Terraform = {
    dir,
    write,
    setEnv: (next) => (env = next),
    init: () => raw('init', '-no-color'),
    plan: async (...args) => {
      const result = await command('plan', '-json', '-detailed-exitcode', ...args);
      return { ...result, ok: result.code === 0 || result.code === 2, changed: result.code === 2 };
    },
    planText: (...args) => raw('plan', '-no-color', ...args),
    apply: (...args) => command('apply', '-json', '-auto-approve', ...args),
    destroy: (...args) => command('destroy', '-json', '-auto-approve', ...args),
    import: (address, id, ...args) => raw('import', '-no-color', ...args, address, id),
    validate: async () => {
      const result = await raw('validate', '-json');
      const { valid, diagnostics } = JSON.parse(result.stdout) as { valid: boolean; diagnostics: Diagnostic[] };
      const kept = diagnostics.filter((d) => !isOverrideWarning(d));
      return { ok: valid, diagnostics: kept, text: kept.map(diagnosticText).join('\n') };
    },
    state: async () => stateResources(await readFile(join(dir, 'terraform.tfstate'), 'utf8').catch(ifAbsent('{}'))),
    raw,
    forget: () => rm(join(dir, 'terraform.tfstate'), { force: true }),
    close: async () => {
      closing.abort();
      await Promise.allSettled(running);
      await rm(root, { recursive: true, force: true });
    },
  };
  if (setup.install === 'mirror') {
    const result = await terraform.init();
    if (result.code !== 0) {
      await terraform.close();
      throw new Error(`terraform init: exit code ${String(result.code)}\n${result.stdout}${result.stderr}`);
    }
  }
  return terraform;
}

async function installation({ binary, provider, install }: TerraformSetup, root: string): Promise<string> {
  switch (install) {
    case 'dev-override': {
      const bin = join(root, 'bin');
      await mkdir(bin);
      await symlink(provider, join(bin, 'terraform-provider-tg'));
      return `provider_installation {\n  dev_overrides {\n    "${PROVIDER_SOURCE}" = ${JSON.stringify(bin)}\n  }\n  direct {}\n}\n`;
    }
    case 'mirror': {
      const platform = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
      const mirror = join(root, 'mirror');
      const folder = join(mirror, binary.registryHost, PROVIDER_SOURCE, MIRROR_VERSION, platform);
      await mkdir(folder, { recursive: true });
      await copyFile(provider, join(folder, `terraform-provider-tg_v${MIRROR_VERSION}`));
      return `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`;
    }
  }
}

const diagnosticText = ({ severity, summary, detail }: Diagnostic) => `${severity}: ${summary}\n${detail}`;

const isOverrideWarning = ({ severity, summary }: Diagnostic) =>
  severity === 'warning' && summary === 'Provider development overrides are in effect';

const withoutOverrideWarning = (log: JsonLog): JsonLog => ({
  ...log,
  diagnostics: log.diagnostics.filter((d) => !isOverrideWarning(d)),
});

const ifAbsent = (text: string) => (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT') return text;
  throw error;
};

interface StateFile {
  resources?: {
    mode: string;
    type: string;
    name: string;
    instances: { index_key?: string | number; attributes: Record<string, unknown> }[];
  }[];
}

function stateResources(json: string): StateResource[] {
  return ((JSON.parse(json) as StateFile).resources ?? [])
    .filter((resource) => resource.mode === 'managed')
    .flatMap(({ type, name, instances }) =>
      instances.map(({ index_key, attributes }) => ({
        address: `${type}.${name}${index_key === undefined ? '' : `[${JSON.stringify(index_key)}]`}`,
        values: attributes,
      })),
    );
}

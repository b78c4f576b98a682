import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../cli';

/** How a command ended. */
export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A folder with a node.yaml of its own, and the command on it. */
export interface TestCommand {
  dir: string;
  /** node.yaml. */
  file: string;
  /** Runs `tg-node ARGS` in this process. */
  tg: (...args: string[]) => Promise<CommandResult>;
  /** The same with `--config` of this folder. */
  at: (...args: string[]) => Promise<CommandResult>;
  /** `tg-node init`, and a node.yaml for a host without cloud and NICs: EC2 and IMDS are a closed port. */
  init: (onStop?: 'release' | 'keep') => Promise<void>;
  dispose(): void;
}

const WITHOUT_WORLD = `
os: { mode: dry-run }
nics: { eth1: { eni: eni-0a, mac: '02:00:00:00:01:10', subnet: subnet-0a, subnet_cidr: 10.0.1.0/24, primary: 10.0.1.10 } }
aws: { region: eu-central-1, ec2_endpoint: 'http://127.0.0.1:9', imds_endpoint: 'http://127.0.0.1:9' }
`;

export function createTestCommand(): TestCommand {
  const root = mkdtempSync(join(tmpdir(), 'tg-cli-'));
  const dir = join(root, 'node');
  const file = join(dir, 'node.yaml');
  const tg = (...args: string[]) => captured(() => main(args));
  return {
    dir,
    file,
    tg,
    at: (...args) => tg(...args, '--config', file),
    async init(onStop = 'keep') {
      const { code, stderr } = await tg('init', '--dir', dir, '--fqdn', 'gw-a.example.com', '--port', '0');
      if (code !== 0) throw new Error(stderr);
      writeFileSync(file, readFileSync(file, 'utf8').replace('on_stop: release', `on_stop: ${onStop}`) + WITHOUT_WORLD);
    },
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

let capturing: Promise<unknown> = Promise.resolve();

/** One at a time: the streams are the process's. */
function captured(command: () => Promise<number>): Promise<CommandResult> {
  const result = capturing.then(async () => {
    const said = { stdout: '', stderr: '' };
    const spies = (['stdout', 'stderr'] as const).map((name) =>
      jest.spyOn(process[name], 'write').mockImplementation((text) => {
        said[name] += String(text);
        return true;
      }),
    );
    try {
      return { code: await command(), ...said };
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  });
  capturing = result.catch(() => undefined);
  return result;
}

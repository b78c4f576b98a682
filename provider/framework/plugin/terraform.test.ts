import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reattachConfig } from './handshake';
import { hclogger } from './hclog';
import { startHost } from './host';
import { build, type Built } from './testing/child-plugin';
import { echoProvider } from './testing/echo-provider';

const TERRAFORM = process.env.TERRAFORM ?? 'terraform';

const CONFIG = `
terraform {
  required_providers {
    echo = { source = "test/echo" }
  }
}
variable "text" {}
resource "echo_text" "a" { text = var.text }
`;

let folder: string;
let workspace: string;
let temporary: string;
let environment: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tf-'));
  [workspace, temporary] = [join(folder, 'workspace'), join(folder, 'tmp')];
  mkdirSync(workspace);
  mkdirSync(temporary);
  writeFileSync(join(workspace, 'main.tf'), CONFIG);
  const cli = join(folder, 'terraform.rc');
  writeFileSync(cli, '');
  environment = {
    PATH: process.env.PATH ?? '',
    TMPDIR: temporary,
    TF_CLI_CONFIG_FILE: cli,
    CHECKPOINT_DISABLE: '1',
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs terraform to its end, and answers the exit code and everything it said. */
function terraform(command: string, text: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const all = [command, '-no-color', '-input=false', `-var=text=${text}`, ...args];
  return new Promise((resolve) => {
    const child = execFile(TERRAFORM, all, { cwd: workspace, env: environment }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

const apply = (text: string) => terraform('apply', text, '-auto-approve');
const plan = (text: string) => terraform('plan', text, '-detailed-exitcode');

describe('a plugin that Terraform is told of', () => {
  test('plans, applies, and serves one command after the other', async () => {
    const host = await startHost({ ...echoProvider, log: hclogger('echo', undefined, () => undefined) });
    try {
      environment.TF_REATTACH_PROVIDERS = reattachConfig(echoProvider.address, host.endpoint, process.pid);
      expect(await apply('one')).toMatchObject({ code: 0, output: expect.stringContaining('1 added') as unknown });
      expect((await plan('one')).code).toBe(0);
      expect(await plan('two')).toMatchObject({ code: 2, output: expect.stringContaining('1 to change') as unknown });
      expect(await terraform('destroy', 'one', '-auto-approve')).toMatchObject({ code: 0 });
    } finally {
      await host.close();
    }
  }, 60_000);
});

describe('the executable that Terraform starts', () => {
  let built: Built;
  beforeAll(() => {
    built = build('echo-main.ts', 'terraform-provider-echo');
  }, 60_000);
  afterAll(() => built.remove());
  beforeEach(() => {
    const overrides = `provider_installation {\n  dev_overrides { "test/echo" = "${built.folder}" }\n  direct {}\n}\n`;
    writeFileSync(environment.TF_CLI_CONFIG_FILE ?? '', overrides);
  });
  // Whatever happened: no plugin leaves a socket.
  afterEach(() => expect(readdirSync(temporary)).toEqual([]));

  test('plans and applies; what it logs is shown as a log', async () => {
    expect(await apply('one')).toMatchObject({ code: 0, output: expect.stringContaining('1 added') as unknown });
    environment.TF_LOG_PROVIDER = 'INFO';
    const { code, output } = await plan('one');
    expect(code).toBe(0);
    expect(output).toMatch(/\[INFO\] {2}provider\.terraform-provider-echo: echo plans: .*shout="Ω"/);
    expect(output).not.toContain('plugin serves');
  }, 60_000);

  test('a crash is shown to the user with its stack', async () => {
    const { code, output } = await apply('crash');
    expect(code).toBe(1);
    expect(output).toContain('Stack trace from the terraform-provider-echo plugin:');
    expect(output).toContain('panic: TypeError: the echo was too loud');
    expect(output).toMatch(/ {4}at crash \(.+:\d+:\d+\)/);
  }, 60_000);

  test('Ctrl-C: the call in flight is told to stop, and its answer is shown', async () => {
    environment.TF_LOG_PROVIDER = 'INFO';
    const args = ['apply', '-no-color', '-input=false', '-auto-approve', '-var=text=wait'];
    const child = spawn(TERRAFORM, args, { cwd: workspace, env: environment, detached: true });
    const output = await new Promise<string>((resolve) => {
      let said = '';
      let interrupted = false;
      const hear = (chunk: Buffer) => {
        said += chunk.toString();
        // As the terminal does: to every process of the group, the plugin too.
        if (interrupted || child.pid === undefined || !said.includes('echo waits')) return;
        interrupted = true;
        process.kill(-child.pid, 'SIGINT');
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('close', () => resolve(said));
    });
    expect(output).toContain('Error: Error: the user asked to stop');
    expect(output).not.toContain('Plugin did not respond');
  }, 60_000);
});

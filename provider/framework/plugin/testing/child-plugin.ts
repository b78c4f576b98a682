import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAGIC_COOKIE, type Endpoint } from '../handshake';

/** Plugins of the tests, bundled; and the runtimes that run them. */
export interface Built {
  readonly folder: string;
  readonly commands: { readonly node: readonly string[]; readonly bun: readonly string[] };
  remove(): void;
}

/** Bundles `entry`, a file of this folder; with `executable`, makes the executable of that name beside it. */
export function build(entry: string, executable?: string): Built {
  const folder = mkdtempSync(join(tmpdir(), 'built-'));
  const script = [join(__dirname, 'build.mjs'), join(__dirname, entry), folder];
  const bun = execFileSync(process.execPath, [...script, ...(executable === undefined ? [] : [executable])], {
    encoding: 'utf8',
  });
  const bundle = join(folder, 'provider.cjs');
  return {
    folder,
    commands: { node: [process.execPath, bundle], bun: [bun, bundle] },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A plugin in a process of its own. */
export interface ChildPlugin {
  readonly process: ChildProcess;
  /** First line on stdout. Rejects with all of stderr if the process ends without one. */
  readonly line: Promise<string>;
  /** Exit code or signal. */
  readonly ended: Promise<number | string>;
  stdout(): string;
  stderr(): string;
  /** Ends the process if it still runs. */
  kill(): Promise<void>;
}

/** Starts a plugin as Terraform does. `env` is added to what Terraform sets; undefined takes away. */
export function startPlugin(
  [command = '', ...args]: readonly string[],
  env: Record<string, string | undefined> = {},
): ChildPlugin {
  const child = spawn(command, args, {
    env: {
      PATH: process.env.PATH,
      TMPDIR: tmpdir(),
      [MAGIC_COOKIE.name]: MAGIC_COOKIE.value,
      PLUGIN_PROTOCOL_VERSIONS: '5,6',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const line = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout.includes('\n')) resolve(stdout.slice(0, stdout.indexOf('\n')));
    });
    child.on('error', reject);
    child.on('close', () => reject(new Error(`no line on stdout; stderr: ${stderr}`)));
  });
  line.catch(() => undefined);
  return {
    process: child,
    line,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The fields of a handshake line that say how to connect. */
export function parseHandshake(line: string): Endpoint & { server: Buffer | undefined } {
  const [, , network, address = '', , certificate] = line.split('|');
  return {
    network: network === 'tcp' ? 'tcp' : 'unix',
    address,
    server: certificate ? Buffer.from(certificate, 'base64') : undefined,
  };
}

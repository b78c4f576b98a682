import { createServer, type AddressInfo } from 'node:net';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeStatus } from '@tg/api';
import { parse, stringify } from 'yaml';
import { startChild, type Child } from './child';
import type { NodeAws } from './cloud';
import { mustRun, run, type RunResult } from './run';

/** What a test decides about its node; the rest of node.yaml is as `tg-node init` writes it. */
export interface DaemonSetup {
  /** The daemon's bundle, dist/tg-node.cjs. */
  bundle: string;
  /** An empty folder for node.yaml, certificate and data. */
  dir: string;
  fqdn: string;
  aws: NodeAws;
  /** Where the NICs are; null: nothing is bound (dry run). */
  netns: string | null;
  /** The address the API listens on; 127.0.0.1 unless told. */
  host?: string;
  /** Runs the daemon and its commands in `netns` as a whole instead of telling it where the NICs are. */
  inside?: boolean;
  /** Further keys of node.yaml. */
  config?: Readonly<Record<string, unknown>>;
  /** Hears each line of its log. */
  onLog?: (line: string) => void;
  /** What ends the daemon when we are killed; SIGTERM unless told. */
  deathSignal?: 'TERM' | 'KILL';
}

/** A node's daemon that can be started, killed and started again on the same data. */
export interface Daemon {
  readonly fqdn: string;
  readonly uid: string;
  /** `127.0.0.1:PORT`, the same over restarts. */
  readonly apiHost: string;
  readonly apiKey: { id: string; secret: string };
  readonly caFile: string;
  /** Null while it does not run. */
  pid(): number | null;
  start(): Promise<void>;
  /** SIGTERM, as a service manager stops it. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  status(): Promise<NodeStatus>;
  /** `tg-node ARGS --config node.yaml`. */
  command(...args: string[]): Promise<RunResult>;
  /** What it logged since it was last started. */
  log(): string;
}

/** Runs `tg-node init` and fits its node.yaml to the test. Starts nothing. */
export async function createDaemon(setup: DaemonSetup): Promise<Daemon> {
  const { bundle, dir, fqdn } = setup;
  const configFile = join(dir, 'node.yaml');
  const listenOn = setup.host === undefined ? [] : ['--host', setup.host];
  const printed = await mustRun(process.execPath, [bundle, 'init', '--dir', dir, '--fqdn', fqdn, ...listenOn]);
  const config = parse(await readFile(configFile, 'utf8')) as {
    uid: string;
    listen: { host: string; port: number; tls: { cert_file: string } };
    tokens: { id: string }[];
  } & Record<string, unknown>;
  config.listen.host = setup.host ?? '127.0.0.1';
  config.listen.port = setup.host === undefined ? await freePort() : 8443;
  config.aws = setup.aws.aws;
  config.nics = setup.aws.nics;
  const enter = setup.inside === true && setup.netns !== null ? ['nsenter', `--net=${setup.netns}`] : [];
  if (setup.netns === null) config.os = { mode: 'dry-run' };
  else config.os = setup.inside === true ? { ignore_second_actor: true } : { netns: setup.netns };
  Object.assign(config, setup.config);
  await writeFile(configFile, stringify(config));

  const apiHost = `${config.listen.host}:${config.listen.port}`;
  const apiKey = { id: config.tokens[0]!.id, secret: secretIn(printed) };
  const words = [...enter, process.execPath, bundle];
  const program = words.shift()!;
  const command = (...args: string[]) => run(program, [...words, ...args, '--config', configFile]);
  let child: Child | null = null;
  const end = async (signal: NodeJS.Signals) => {
    const running = child;
    child = null;
    await running?.stop(signal, 30_000);
  };
  return {
    fqdn,
    uid: config.uid,
    apiHost,
    apiKey,
    caFile: config.listen.tls.cert_file,
    pid: () => child?.pid ?? null,
    start: async () => {
      if (child) throw new Error(`the daemon runs already (pid ${child.pid})`);
      child = await startChild(program, [...words, 'run', '--config', configFile], {
        name: `tg-node of ${fqdn}`,
        ...(setup.onLog === undefined ? {} : { onErrorLine: setup.onLog }),
        ...(setup.deathSignal === undefined ? {} : { deathSignal: setup.deathSignal }),
        env: { ...environment(), ...setup.aws.env },
      });
      try {
        await child.line(/^tg-node ready https:\/\/\S+ pid \d+$/m, 30_000);
      } catch (error) {
        await end('SIGKILL');
        throw error;
      }
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    status: async () => {
      const { code, stdout, stderr } = await command('status', '--json');
      if (code !== 0) throw new Error(`tg-node status: exit code ${String(code)}\n${stdout}${stderr}`);
      return NodeStatus.parse(JSON.parse(stdout));
    },
    command,
    log: () => child?.stderr() ?? '',
  };
}

/** The secret is printed once by `init` and stored only as a hash. */
function secretIn(printed: string): string {
  const secret = /^\s*api_key_secret\s+(\S+)$/m.exec(printed)?.[1];
  if (secret === undefined) throw new Error(`tg-node init printed no secret:\n${printed}`);
  return secret;
}

/** The daemon must find its credentials by IMDS, not in the environment of whoever runs the test. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS|TG)_/.test(name) || name === 'AWS_CA_BUNDLE'),
  );

/** A TCP port of the loopback interface that nobody uses just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild } from '../harness/child';
import { createDaemon, type Daemon } from '../harness/daemon';
import { viewNic, type NicAddress } from '../harness/nic-view';
import type { Scope } from '../harness/scope';
import { now, ofWall } from './clock';
import type { Recorder } from './events';
import type { Host } from './network/host';
import { HEARTBEAT_PORT, PLAN, other, type GatewayName } from './network/plan';

export const CLUSTER_FQDN = 'gw.example.com';

/** A gateway's daemon, in its host. */
export interface Gateway {
  readonly name: GatewayName;
  readonly host: Host;
  readonly daemon: Daemon;
  /** Stops (SIGSTOP) or continues (SIGCONT) the daemon's process. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  nic(device: string): Promise<NicAddress[]>;
  /** Everything its daemon logged, over restarts. */
  log(): string;
}

/** What two daemons need in order to be a cluster. */
export interface GatewaySetup {
  name: GatewayName;
  host: Host;
  /** dist/tg-node.cjs. */
  bundle: string;
  dir: string;
  clusterKey: string;
  aws: { region: string; ec2_endpoint: string; imds_endpoint: string };
  recorder: Recorder;
}

/** Makes node.yaml, with the cluster in it. Starts nothing. */
export async function createGateway(scope: Scope, setup: GatewaySetup): Promise<Gateway> {
  const { name, host, bundle, clusterKey } = setup;
  const plan = PLAN[name];
  const dir = join(setup.dir, name);
  await mkdir(dir, { recursive: true });
  const keyFile = join(dir, 'cluster.key');
  await writeFile(keyFile, `${clusterKey}\n`, { mode: 0o600 });
  const lines: string[] = [];
  const daemon = await createDaemon({
    bundle,
    dir,
    fqdn: plan.fqdn,
    aws: { aws: setup.aws, nics: {}, env: {} },
    netns: host.netns,
    inside: true,
    host: plan.management,
    onLog: (line) => {
      lines.push(line);
      const phase = phaseIn(line);
      if (phase) setup.recorder.note({ kind: 'role', gateway: name, ...phase });
    },
    deathSignal: 'KILL', // SIGTERM would not end one that is stopped
    config: {
      cluster: {
        fqdn: CLUSTER_FQDN,
        key_file: keyFile,
        listen: { host: plan.management, port: HEARTBEAT_PORT },
        peer: { host: PLAN[other(name)].management, port: HEARTBEAT_PORT },
      },
    },
  });
  const signal = (what: 'SIGSTOP' | 'SIGCONT') => {
    const pid = daemon.pid();
    if (pid !== null) process.kill(pid, what);
  };
  scope.defer(`stop the daemon of ${plan.fqdn}`, async () => {
    signal('SIGCONT');
    await daemon.kill();
  });
  const view = { path: host.netns, ip: (...args: string[]) => host.ip(...args), close: () => Promise.resolve() };
  const log = () => `${lines.join('\n')}\n`;
  const gone = () => setup.recorder.note({ kind: 'role', at: now(), gateway: name, role: '' });
  const ended: Daemon = {
    ...daemon,
    stop: () => daemon.stop().then(gone),
    kill: () => daemon.kill().then(gone),
  };
  return { name, host, daemon: ended, signal, nic: (device) => viewNic(view, device), log };
}

/** The phase that a line of the log says the member has come to, and when. */
export function phaseIn(line: string): { at: number; role: string } | null {
  if (!line.includes('"type":"phase"')) return null;
  const { to, time } = JSON.parse(line) as { to?: string; time?: string };
  return to === undefined || time === undefined ? null : { at: ofWall(Date.parse(time)), role: to };
}

/** Starts the service that clients talk to, on a gateway or behind them. It lives on when the daemon dies. */
export async function startService(
  scope: Scope,
  host: Host,
  name: string,
  bundle: string,
  port: number,
): Promise<void> {
  const args = [`--net=${host.netns}`, process.execPath, bundle, 'service', name, String(port)];
  const child = await startChild('nsenter', args, { name: `service of ${name}`, holdStdin: true, deathSignal: 'KILL' });
  scope.defer(`stop the service of ${name}`, () => child.stop());
  await child.line(/"ready"/, 10_000);
}

/** Notes which addresses come and go on a host's data NIC, as the kernel says it. */
export async function watchNic(scope: Scope, host: Host, name: GatewayName, recorder: Recorder): Promise<void> {
  const bound = new Set<string>();
  const child = await startChild('nsenter', [`--net=${host.netns}`, 'ip', '-o', '-4', 'monitor', 'address'], {
    name: `ip monitor of ${host.name}`,
    deathSignal: 'KILL',
    onLine: (line) => {
      const [, deleted, address] = /^(Deleted )?\d+: eth1 +inet ([\d.]+)\//.exec(line) ?? [];
      if (address === undefined) return;
      const isBound = deleted === undefined;
      if (bound.has(address) === isBound) return; // a refresh
      if (isBound) bound.add(address);
      else bound.delete(address);
      recorder.note({ kind: 'nic', at: now(), gateway: name, address, bound: isBound });
    },
  });
  scope.defer(`end ip monitor of ${host.name}`, () => child.stop());
}

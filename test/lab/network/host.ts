import { startChild } from '../../harness/child';
import type { Scope } from '../../harness/scope';
import { mustRun } from '../../harness/run';
import { IpBatch } from './ip-batch';

/** A machine of the lab: a network namespace without a name, which lives as long as the process that holds it. */
export interface Host {
  readonly name: string;
  /** For `ip link … netns PID`. */
  readonly pid: number;
  /** For `nsenter --net=`. */
  readonly netns: string;
  readonly batch: IpBatch;
  /** Runs `ip ARGS` inside and returns what it printed. */
  ip(...args: string[]): Promise<string>;
  /** Sets switches below /proc/sys/net/ipv4. */
  sysctl(settings: Readonly<Record<string, string | number>>): Promise<void>;
}

/** Makes one with its loopback up. */
export async function createHost(scope: Scope, name: string): Promise<Host> {
  const holder = await startChild('unshare', ['--net', 'sh', '-c', 'ip link set lo up && echo held && exec cat'], {
    name: `namespace of ${name}`,
    holdStdin: true,
    deathSignal: 'KILL',
  });
  scope.defer(`remove the namespace of ${name}`, () => holder.stop());
  await holder.line(/^held$/m, 10_000);
  const netns = `/proc/${holder.pid}/ns/net`;
  const batch = new IpBatch(netns);
  scope.defer(`end ip of ${name}`, () => batch.close());
  const inside = (program: string, ...args: string[]) => mustRun('nsenter', [`--net=${netns}`, program, ...args]);
  return {
    name,
    pid: holder.pid,
    netns,
    batch,
    ip: (...args) => inside('ip', ...args),
    sysctl: async (settings) => {
      await inside('sh', '-c', writes(settings));
    },
  };
}

/** Sets switches below /proc/sys/net/ipv4 of our own namespace. */
export async function setSysctl(settings: Readonly<Record<string, string | number>>): Promise<void> {
  await mustRun('sh', ['-c', writes(settings)]);
}

const writes = (settings: Readonly<Record<string, string | number>>) =>
  ['set -e', ...Object.entries(settings).map(([key, value]) => `echo ${value} > /proc/sys/net/ipv4/${key}`)].join('\n');

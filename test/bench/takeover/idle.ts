import { join } from 'node:path';
import { Scope } from '../../harness/scope';
import { createLab, type Lab } from '../../lab/lab';
import { GATEWAYS } from '../../lab/network/plan';
import { pause } from '../../lab/pause';
import { formCluster } from '../../lab/stage';
import type { Bench, Figure } from '../bench';
import { hundredths } from '../statistics';
import { usageOf, type Usage } from './at-rest';

const WINDOW_S = 60;
const LONG_WINDOW_S = 600;
/** After the first takeover, until everything that follows it is over. */
const CALM_S = 10;

/** What a daemon costs while nothing happens: of both members, the greater. */
export interface Idle {
  windowS: number;
  /** Of the daemon's process. */
  rssMb: number;
  /** Of the processes it keeps. */
  helpersMb: number;
  cpuPercent: number;
  /** The part of those processes. */
  helpersCpuPercent: number;
  calls: { read: number; write: number };
  callsPerHour: { read: number; write: number };
}

/** Forms a cluster of two real daemons and watches it do nothing. */
export async function measureIdle(lab: Lab, long: boolean): Promise<Idle> {
  const scope = new Scope();
  const windowS = long ? LONG_WINDOW_S : WINDOW_S;
  try {
    const { gateways } = await formCluster(scope, lab, {});
    await pause(CALM_S * 1000);
    lab.recorder.clear();
    const pids = GATEWAYS.map((name) => gateways[name].daemon.pid() ?? NaN);
    const before = await Promise.all(pids.map(usageOf));
    await pause(windowS * 1000);
    const after = await Promise.all(pids.map(usageOf));
    const calls = lab.recorder.events.filter((event) => event.kind === 'call');
    const most = (count: (name: string) => number) => Math.max(...GATEWAYS.map(count));
    const ofKind = (isRead: boolean) =>
      most(
        (name) => calls.filter((call) => call.gateway === name && call.action.startsWith('Describe') === isRead).length,
      );
    const counted = { read: ofKind(true), write: ofKind(false) };
    const mostPercent = (cpu: (usage: Usage) => number) =>
      hundredths(Math.max(...after.map((usage, i) => (cpu(usage) - cpu(before[i]!)) / (windowS * 10))));
    const perHour = (count: number) => Math.round((count * 3600) / windowS);
    return {
      windowS,
      rssMb: Math.round(Math.max(...after.map(({ ownRssMb }) => ownRssMb))),
      helpersMb: Math.round(Math.max(...after.map(({ rssMb, ownRssMb }) => rssMb - ownRssMb))),
      cpuPercent: mostPercent(({ cpuMs }) => cpuMs),
      helpersCpuPercent: mostPercent(({ cpuMs, ownCpuMs }) => cpuMs - ownCpuMs),
      calls: counted,
      callsPerHour: { read: perHour(counted.read), write: perHour(counted.write) },
    };
  } finally {
    await scope.close();
  }
}

/** The fields of `--json`. */
export const idleJson = (idle: Idle) => ({
  rss_mb: idle.rssMb,
  idle_cpu_percent: idle.cpuPercent,
  idle_ec2_calls_per_hour: idle.callsPerHour,
  idle_window_s: idle.windowS,
});

export const idleFigures = (idle: Idle): Figure[] => [
  { what: 'daemon at rest: resident memory', value: idle.rssMb, unit: 'MB', target: 70 },
  { what: 'daemon at rest: share of a core', value: idle.cpuPercent, unit: '%', target: 0.5 },
  { what: 'daemon at rest: EC2 calls that change, an hour', value: idle.callsPerHour.write, unit: '', target: 0 },
  { what: 'daemon at rest: EC2 calls that read, an hour', value: idle.callsPerHour.read, unit: '', target: 60 },
];

export const idleRemark = (idle: Idle, long: boolean): string =>
  `At rest: two daemons of a cluster at a Cluster Timeout of 3 s for ${idle.windowS} s, the greater of both; the processes they keep ` +
  `(${idle.helpersMb} MB resident) count for the processor time (${idle.helpersCpuPercent} %), not for the memory. Calls an hour are extrapolated from ` +
  `${idle.calls.read} reading and ${idle.calls.write} changing calls in that window${long ? '' : ' (--long measures for longer)'}.`;

/** The second half of the takeover bench, alone. */
export const IDLE: Bench = {
  name: 'idle',
  summary: 'memory, processor time and EC2 calls of a daemon at rest, as the takeover bench has them',
  needsNetwork: true,
  async run({ long }, say) {
    const scope = new Scope();
    try {
      const lab = await createLab(scope, {
        node: join(__dirname, 'tg-node.cjs'),
        clients: join(__dirname, 'lab-clients.cjs'),
      });
      say('a cluster at rest …');
      const idle = await measureIdle(lab, long);
      return { json: idleJson(idle), figures: idleFigures(idle), remarks: [idleRemark(idle, long)] };
    } finally {
      await scope.close();
    }
  },
};

import { Scope } from '../../harness/scope';
import type { Lab } from '../../lab/lab';
import { GATEWAYS } from '../../lab/network/plan';
import { pause } from '../../lab/pause';
import { formCluster } from '../../lab/stage';
import { hundredths } from '../statistics';
import { usageOf } from './at-rest';

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
    const perHour = (count: number) => Math.round((count * 3600) / windowS);
    return {
      windowS,
      rssMb: Math.round(Math.max(...after.map(({ ownRssMb }) => ownRssMb))),
      helpersMb: Math.round(Math.max(...after.map(({ rssMb, ownRssMb }) => rssMb - ownRssMb))),
      cpuPercent: hundredths(Math.max(...after.map(({ cpuMs }, i) => (cpuMs - before[i]!.cpuMs) / (windowS * 10)))),
      calls: counted,
      callsPerHour: { read: perHour(counted.read), write: perHour(counted.write) },
    };
  } finally {
    await scope.close();
  }
}

import { join } from 'node:path';
import { Scope } from '../../harness/scope';
import { createLab, type Lab } from '../../lab/lab';
import type { Bench, BenchReport, Figure } from '../bench';
import { summary } from '../statistics';
import { idleFigures, idleJson, idleRemark, measureIdle } from './idle';
import { startTakers, type Sample } from './measure';

const TAKEOVERS = 200;
/** Connections, credentials and compiled code are as warm after these as in a daemon that has run for a while. */
const WARM_UP = 10;
const LATENCIES = [0, 300] as const;

interface AtLatency {
  takeovers: number;
  decision_to_call_ms: { median: number; p99: number };
  decision_to_assign_ms: { median: number; p99: number };
  decision_to_arrival_ms: { median: number; p99: number };
  decision_to_bound_ms: { median: number; p99: number };
  decision_to_verified_ms: { median: number; p99: number };
  over_ec2_ms: { median: number; p99: number };
  /** The most of any takeover. */
  ec2_calls: number;
}

/** What a takeover costs beside EC2, and what a daemon costs at rest. */
export const TAKEOVER: Bench = {
  name: 'takeover',
  summary: `${TAKEOVERS} takeovers at 0 and at 300 ms of EC2 latency; memory, processor time and EC2 calls of a daemon at rest`,
  needsNetwork: true,
  async run({ long, runs = TAKEOVERS }, say): Promise<BenchReport> {
    const scope = new Scope();
    try {
      const lab = await createLab(scope, {
        node: join(__dirname, 'tg-node.cjs'),
        clients: join(__dirname, 'lab-clients.cjs'),
      });
      const atLatency = new Map<number, AtLatency>();
      for (const latency of LATENCIES) {
        say(`${runs} takeovers, EC2 takes ${latency} ms …`);
        const began = performance.now();
        const measured = await takeovers(lab, latency, runs);
        atLatency.set(latency, measured);
        const { decision_to_assign_ms: sent, over_ec2_ms: over } = measured;
        const seconds = Math.round((performance.now() - began) / 1000);
        say(`  ${sent.median} ms to the Assign, ${over.median} ms over EC2 (medians; took ${seconds} s)`);
      }
      say('a cluster at rest …');
      const idle = await measureIdle(lab, long);
      const [zero, slow] = [atLatency.get(0)!, atLatency.get(300)!];
      return {
        json: {
          latency_0: zero,
          latency_300: slow,
          ...idleJson(idle),
        },
        figures: [...figuresOf('0 ms', zero), ...figuresOf('300 ms', slow), ...idleFigures(idle)],
        remarks: [
          "Takeovers: two processes, each with the daemon's reconciler, AWS SDK client, iproute2 adapter and ledger file, take the address from each other in network namespaces; the decision is the call of take(), which the cluster's state machine makes.",
          'The verifying look is asked for as soon as the address is there; the daemon takes two seconds before it looks.',
          'EC2 is the emulator in a third process, over HTTP: on AWS, TLS on an open connection adds a fraction of a millisecond. "Over EC2" leaves out the time from the arrival of the Assign there to its answer.',
          idleRemark(idle, long),
        ],
      };
    } finally {
      await scope.close();
    }
  },
};

async function takeovers(lab: Lab, latencyMs: number, count: number): Promise<AtLatency> {
  const scope = new Scope();
  try {
    const takers = await startTakers(scope, lab, join(__dirname, 'bench-taker.cjs'));
    for (let i = 0; i < WARM_UP; i += 1) await takers.takeover();
    lab.vpc.addFault({ action: '*', kind: 'delay', ms: latencyMs, times: 'always' });
    scope.defer('lift the latency', () => lab.vpc.clearFaults());
    const samples: Sample[] = [];
    for (let i = 0; i < count; i += 1) samples.push(await takers.takeover());
    const over = (pick: (sample: Sample) => number) => summary(samples.map(pick));
    return {
      takeovers: samples.length,
      decision_to_call_ms: over(({ toCall }) => toCall),
      decision_to_assign_ms: over(({ toAssign }) => toAssign),
      decision_to_arrival_ms: over(({ toArrival }) => toArrival),
      decision_to_bound_ms: over(({ toBound }) => toBound),
      decision_to_verified_ms: over(({ toVerified }) => toVerified),
      over_ec2_ms: over(({ overEc2 }) => overEc2),
      ec2_calls: Math.max(...samples.map(({ calls }) => calls)),
    };
  } finally {
    await scope.close();
  }
}

function figuresOf(latency: string, at: AtLatency): Figure[] {
  const row = (what: string, of: { median: number; p99: number }, median: number | null, p99: number | null) => [
    { what: `EC2 ${latency}: ${what}, median`, value: of.median, unit: 'ms', target: median },
    { what: `EC2 ${latency}: ${what}, p99`, value: of.p99, unit: 'ms', target: p99 },
  ];
  return [
    ...row('decision → EC2 port called', at.decision_to_call_ms, null, null),
    ...row('decision → Assign sent', at.decision_to_assign_ms, 2, 10),
    ...row('decision → Assign at EC2', at.decision_to_arrival_ms, null, null),
    ...row('decision → bound', at.decision_to_bound_ms, null, null),
    ...row('decision → verified', at.decision_to_verified_ms, null, null),
    ...row("takeover over EC2's own time", at.over_ec2_ms, 5, null),
    { what: `EC2 ${latency}: calls before traffic`, value: at.ec2_calls, unit: '', target: 1 },
  ];
}

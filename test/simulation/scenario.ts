import type { Fault, FaultKind } from './world/fault';
import { Random } from './world/random';

/** Everything about a run that is drawn before it starts. What happens by the way is drawn from streams of the same seed. */
export interface Scenario {
  readonly seed: number;
  readonly timeoutMs: number;
  readonly mode: 'autoFailback' | 'manualFailback';
  readonly handover: 'release' | 'move';
  /** The configured active member at the start. */
  readonly active: 0 | 1 | null;
  readonly nics: 1 | 2;
  /** How fast each machine's clock runs. */
  readonly rates: readonly [number, number];
  /** When each machine's daemon starts first. */
  readonly starts: readonly [number, number];
  readonly faults: readonly Fault[];
}

/** How often each fault is chosen. */
const WEIGHTS: Readonly<Record<Exclude<FaultKind, 'clock-drift'>, number>> = {
  crash: 6,
  'crash-at-await': 14,
  reboot: 5,
  freeze: 8,
  'freeze-at-await': 10,
  stop: 5,
  'clock-jump': 1,
  partition: 9,
  'partition-one-way': 6,
  'partition-flapping': 3,
  loss: 3,
  duplication: 2,
  reordering: 3,
  delay: 3,
  reset: 2,
  'ec2-throttled': 4,
  'ec2-5xx': 3,
  'ec2-5xx-after-success': 3,
  'ec2-lost-answer': 5,
  'ec2-late-effect': 5,
  'ec2-stale-describe': 5,
  'ec2-slow': 4,
  'ec2-refused': 4,
  'ec2-silent': 3,
  'imds-stale': 1,
  'disk-full': 3,
  'disk-slow': 3,
  'os-fails': 2,
  'os-slow': 2,
  'address-changed': 5,
  'address-removed': 3,
  'address-added': 2,
  'nic-removed': 2,
  'timeout-changed': 2,
  'mode-changed': 1,
  'handover-changed': 1,
  'active-changed': 7,
  'written-while-down': 4,
  disabled: 4,
  'link-down': 4,
  'unassigned-by-hand': 1,
  'unbound-by-hand': 2,
};

/** What follows from a seed. The same seed always means the same scenario. */
export function scenarioOf(seed: number): Scenario {
  const random = new Random(seed, 1);
  const timeoutMs = random.chance(0.85) ? 3000 : random.pick([4000, 5000, 10_000]);
  const drifts = random.chance(0.5);
  const drawn: Scenario = {
    seed,
    timeoutMs,
    mode: random.chance(0.7) ? 'autoFailback' : 'manualFailback',
    handover: random.chance(0.5) ? 'release' : 'move',
    active: random.pick([0, 0, 1, 1, null]),
    nics: random.chance(0.75) ? 1 : 2,
    rates: drifts ? [random.between(0.98, 1.02), random.between(0.98, 1.02)] : [1, 1],
    starts: [random.between(0, 1500), random.between(0, 1500)],
    faults: faultsOf(random, timeoutMs),
  };
  return random.chance(COMBINED) ? { ...drawn, ...random.pick(COMBINATIONS)(random, drawn) } : drawn;
}

/** How many scenarios are one of the {@link COMBINATIONS}: what chance alone would bring about too rarely. */
const COMBINED = 0.04;

const struck = (kind: FaultKind, at: number, machine: 0 | 1, rest: Partial<Fault> = {}): Fault => ({
  kind,
  at,
  machine,
  ms: 0,
  p: 1,
  n: 0,
  ...rest,
});

/** Faults that meet at a bad moment. In each `holder` holds when they begin. */
const COMBINATIONS: readonly ((random: Random, drawn: Scenario) => Partial<Scenario>)[] = [
  // A release that EC2 swallows, and the member it was for goes away.
  (random) => {
    const holder = random.whole(0, 1) as 0 | 1;
    const at = random.between(4000, 6000);
    return {
      handover: 'release',
      active: holder,
      faults: [
        struck('active-changed', at, holder, { n: 1 - holder }),
        struck('ec2-silent', at + random.between(1, 12), holder, { ms: random.between(5000, 12_000) }),
        struck('crash', at + random.between(50, 3000), holder === 0 ? 1 : 0, { ms: random.between(6000, 20_000) }),
      ],
    };
  },
  // A holder that is frozen while it waits for the other to take over.
  (random) => {
    const holder = random.whole(0, 1) as 0 | 1;
    const at = random.between(4000, 6000);
    return {
      handover: 'move',
      active: holder,
      faults: [
        struck('active-changed', at, holder, { n: 1 - holder }),
        struck('ec2-slow', at - 100, holder === 0 ? 1 : 0, { ms: 6000, n: 6000 }),
        struck('freeze', at + random.between(20, 1500), holder, { ms: random.between(700, 8000) }),
      ],
    };
  },
  // A holder that is frozen again before it knows whether it still holds.
  (random, { timeoutMs }) => {
    const holder = random.whole(0, 1) as 0 | 1;
    const at = random.between(4000, 6000);
    const first = random.between(700, 2 * timeoutMs);
    return {
      active: holder,
      faults: [
        struck('partition', at - 200, holder, { ms: random.between(500, 9000) }),
        struck('ec2-slow', at - 100, holder, { ms: 15_000, n: 4000 }),
        struck('freeze', at, holder, { ms: first }),
        struck('freeze', at + first + random.between(5, 900), holder, { ms: random.between(700, 2 * timeoutMs) }),
      ],
    };
  },
];

function faultsOf(random: Random, timeoutMs: number): Fault[] {
  const count = random.pick([1, 1, 2, 2, 2, 3, 3, 3, 4, 5]);
  const first = random.chance(0.8) ? random.between(2500, 6000) : random.between(0, 2500);
  const faults: Fault[] = [];
  let at = first;
  for (let i = 0; i < count; i += 1) {
    const fault = faultOf(random, random.weighted(WEIGHTS), at, timeoutMs);
    faults.push(fault);
    at = nextStart(random, fault, at);
  }
  return faults;
}

/** Some strike together, some while another lasts, some after it. */
function nextStart(random: Random, fault: Fault, at: number): number {
  switch (random.whole(0, 3)) {
    case 0:
      return at + random.between(0, 50);
    case 1:
      return at + random.between(0, 3000);
    case 2:
      return at + random.between(0, 1) * Math.min(fault.ms, 10_000);
    default:
      return at + Math.min(fault.ms, 8000) + random.between(0, 2000);
  }
}

function faultOf(random: Random, kind: FaultKind, at: number, timeoutMs: number): Fault {
  const base = { kind, at, machine: random.whole(0, 1) as 0 | 1, p: 1, n: random.whole(0, 99), ms: 0 };
  switch (kind) {
    case 'crash':
    case 'crash-at-await':
    case 'reboot':
    case 'stop': {
      const ms = random.chance(0.12) ? Infinity : down(random, timeoutMs);
      return { ...base, ms, n: kind === 'crash-at-await' ? random.whole(1, 60) : base.n };
    }
    case 'freeze':
    case 'freeze-at-await':
      return {
        ...base,
        ms: random.chance(0.3) ? random.between(300, 2500) : random.between(2500, 4 * timeoutMs),
        n: kind === 'freeze-at-await' ? random.whole(1, 60) : base.n,
      };
    case 'partition':
    case 'partition-one-way': {
      const ms = random.chance(0.06) ? Infinity : random.between(500, 5 * timeoutMs);
      return { ...base, ms };
    }
    case 'partition-flapping':
      return { ...base, ms: random.between(2, 6) * timeoutMs, n: random.between(200, 1.5 * timeoutMs) };
    case 'loss':
      return { ...base, ms: random.between(3000, 15_000), p: random.between(0.1, 0.8) };
    case 'duplication':
      return { ...base, ms: random.between(3000, 15_000), p: random.between(0.1, 0.8) };
    case 'reordering':
      return { ...base, ms: random.between(3000, 15_000), p: random.between(0.1, 0.9), n: random.between(300, 4000) };
    case 'delay':
      return { ...base, ms: random.between(3000, 12_000), n: random.between(100, 1.3 * timeoutMs) };
    case 'reset':
      return { ...base, ms: random.between(10, 1000) };
    case 'ec2-throttled':
    case 'ec2-5xx':
    case 'ec2-5xx-after-success':
    case 'ec2-lost-answer':
    case 'ec2-late-effect':
    case 'ec2-stale-describe':
    case 'ec2-refused':
    case 'ec2-silent':
      return { ...base, ms: random.between(500, 15_000), p: random.pick([1, 1, 0.7, 0.3]) };
    case 'ec2-slow':
      return { ...base, ms: random.between(1000, 15_000), p: random.pick([1, 0.5]), n: random.between(300, 7000) };
    case 'imds-stale':
      return { ...base, ms: random.between(1000, 5000) };
    case 'disk-full':
      return { ...base, ms: random.between(500, 15_000) };
    case 'disk-slow':
      return { ...base, ms: random.between(500, 15_000), n: random.between(100, 6000) };
    case 'os-fails':
      return { ...base, ms: random.between(500, 8000), p: random.pick([1, 0.4]) };
    case 'os-slow':
      return { ...base, ms: random.between(500, 8000), p: random.pick([1, 0.4]), n: random.between(50, 2500) };
    case 'disabled':
    case 'link-down':
      return { ...base, ms: random.chance(0.2) ? Infinity : random.between(500, 4 * timeoutMs) };
    case 'written-while-down':
      return { ...base, ms: down(random, timeoutMs) };
    case 'clock-jump':
    case 'clock-drift':
    case 'address-changed':
    case 'address-removed':
    case 'address-added':
    case 'nic-removed':
    case 'timeout-changed':
    case 'mode-changed':
    case 'handover-changed':
    case 'active-changed':
    case 'unassigned-by-hand':
    case 'unbound-by-hand':
      return base;
  }
}

/** How long a process stays away: no time at all, less than the Cluster Timeout, or more. */
function down(random: Random, timeoutMs: number): number {
  return random.pick([
    random.between(20, 400),
    random.between(400, timeoutMs),
    random.between(timeoutMs, 4 * timeoutMs),
  ]);
}

/** When the last fault that ends has ended. */
export function faultsEnd({ faults }: Scenario): number {
  return Math.max(0, ...faults.map(({ at, ms }) => (Number.isFinite(ms) ? at + ms : at)));
}

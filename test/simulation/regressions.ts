import type { Scenario } from './scenario';
import type { Fault } from './world/fault';

/** A scenario that once broke an invariant, and what was wrong. */
export interface Regression {
  what: string;
  scenario: Scenario;
}

const fault = (kind: Fault['kind'], at: number, machine: 0 | 1, rest: Partial<Fault> = {}): Fault => ({
  kind,
  at,
  machine,
  ms: 0,
  p: 1,
  n: 0,
  ...rest,
});

const usual: Omit<Scenario, 'seed' | 'faults'> = {
  timeoutMs: 3000,
  mode: 'autoFailback',
  handover: 'release',
  active: null,
  nics: 1,
  rates: [1, 1],
  starts: [500, 1300],
};

/** Played in every test run. Whole scenarios, not seeds: what follows from a seed changes when a fault is added. */
export const REGRESSIONS: readonly Regression[] = [
  {
    what: 'a claim that was given up came true late and was taken off again, and the holder did not look',
    scenario: {
      ...usual,
      seed: 621,
      timeoutMs: 4000,
      nics: 2,
      faults: [
        fault('partition-one-way', 3600, 0, { ms: 4500 }),
        fault('ec2-slow', 6000, 1, { ms: 5100, p: 1, n: 5050 }),
      ],
    },
  },
  {
    what: 'a late claim by a lower term took the address away, and the holder did not look',
    scenario: {
      ...usual,
      seed: 685,
      nics: 2,
      rates: [0.9997, 0.9858],
      starts: [485, 1375],
      faults: [fault('active-changed', 2427, 0, { n: 45 }), fault('delay', 4227, 1, { ms: 11_984, n: 3808 })],
    },
  },
  {
    what: 'a member that EC2 had refused once took itself for cut off until its next idle look',
    scenario: {
      ...usual,
      seed: 404,
      handover: 'move',
      active: 0,
      nics: 2,
      starts: [1402, 1303],
      faults: [fault('link-down', 7674, 0, { ms: 5029 }), fault('ec2-refused', 13_754, 0, { ms: 4104 })],
    },
  },
  {
    what: 'two members with different configs handed over to each other without end',
    scenario: {
      ...usual,
      seed: 1500,
      handover: 'move',
      active: 0,
      faults: [fault('disk-full', 5000, 1, { ms: 12_000 }), fault('active-changed', 6000, 0, { n: 1 })],
    },
  },
  {
    what: 'a standby that had been frozen claimed on what the peer had said before its pause',
    scenario: {
      ...usual,
      seed: 1036,
      active: 1,
      rates: [0.9974783156532794, 1.0118748696614057],
      starts: [463.03252677898854, 549.3967052316293],
      faults: [
        fault('partition', 5739.777, 0, { ms: 8926.629 }),
        fault('freeze-at-await', 13_949.564, 1, { n: 19, ms: 2120.9 }),
      ],
    },
  },
  {
    what: 'a timeout that changed while a holder was frozen made it renew before it knew whether it still held',
    scenario: {
      ...usual,
      seed: 6309,
      active: 1,
      rates: [0.9813, 1.0114],
      starts: [449, 789],
      faults: [
        fault('freeze', 3373, 1, { ms: 4115 }),
        fault('timeout-changed', 7049, 0, { n: 63 }),
        fault('freeze', 7049, 0, { ms: 7461 }),
      ],
    },
  },
];

import type { Coverage } from './coverage';
import { bound } from './invariants/bound';
import { calls } from './invariants/calls';
import { notConverged } from './invariants/convergence';
import { demotion } from './invariants/demotion';
import { foreign } from './invariants/foreign';
import type { Invariant } from './invariants/invariant';
import { moves } from './invariants/moves';
import { terms } from './invariants/terms';
import { thaw } from './invariants/thaw';
import { writes } from './invariants/writes';
import { faultsEnd, type Scenario } from './scenario';
import type { Sut } from './sut';
import type { Write } from './config';
import { injectAll } from './world/inject';
import { Operators } from './world/operators';
import { UIDS, World, type Watcher } from './world/world';

/** What came of one scenario. */
export interface Result {
  violation: { invariant: string; text: string; at: number } | null;
  coverage: Coverage;
  /** Virtual milliseconds, and events in them. */
  virtualMs: number;
  steps: number;
  /** Virtual milliseconds from the end of the last fault to convergence; null: nothing to converge to. */
  convergedAfterMs: number | null;
}

const CHECK_MS = 250;
/** Something that is well has to stay so. */
const STAYS_MS = 2500;
/** The longest back-off (30 s), a call given up (5 s) and two looks after it, and what timers and messages take. */
const SETTLE_MS = 50_000;
/** What the daemon has to notice by itself is seen at the next idle look, of which two must agree. */
const IDLE_LOOK_MS = 70_000;
/** A standing partition is watched for this long. */
const STANDING_MS = 90_000;
/** What a fault may leave under way when it is over: an EC2 call that takes effect late, a message, a write. */
const AFTERMATH_MS = 15_000;

/** Plays one scenario with everything checked. Must be called outside any promise reaction. */
export function run(scenario: Scenario, sut: Sut, watcher: Watcher | null = null): Result {
  const world = new World(scenario, sut, watcher !== null);
  const operators = new Operators(world);
  const invariants: Invariant[] = [
    bound(world, operators),
    foreign(world, operators),
    thaw(world, operators),
    terms(world),
    demotion(world),
    calls(world),
    moves(world),
    writes(world, operators),
  ];
  world.watchers.push(...invariants);
  if (watcher !== null) world.watchers.push(watcher);
  provision(world, operators);
  injectAll(world, operators);
  world.machines.forEach((machine, i) => {
    world.scheduler.at(scenario.starts[i as 0 | 1], () => machine.start());
  });

  const isBroken = () => world.violation !== null;
  const play = (until: number) => world.scheduler.runUntil(until, isBroken);
  const troubleEnds = faultsEnd(scenario);
  play(troubleEnds);
  // What was to strike at some await and has not yet does not any more.
  for (const machine of world.machines) machine.life?.disarm();
  let quietFrom = Math.max(troubleEnds, world.now);
  while (!isBroken() && world.quietFrom > quietFrom) {
    quietFrom = world.quietFrom;
    play(quietFrom);
  }
  const convergedAfterMs = isBroken() ? null : converge(world, operators, quietFrom, play);
  if (!isBroken()) for (const invariant of invariants) invariant.atEnd?.();
  const { violation, coverage, scheduler } = world;
  world.end();
  return { violation, coverage, virtualMs: scheduler.now, steps: scheduler.steps, convergedAfterMs };
}

/** Waits until all is well, at most for as long as the rules allow, and sees that it stays so. */
function converge(world: World, operators: Operators, quietFrom: number, play: (until: number) => void): number | null {
  const { scenario } = world;
  const timeoutMs = () =>
    Math.max(scenario.timeoutMs, ...world.machines.map(({ daemon }) => daemon?.config().timeoutMs ?? 0));
  const kinds = new Set(scenario.faults.map(({ kind }) => kind));
  const [a, b] = world.machines;
  if (!(world.network.passes(0) && world.network.passes(1)) && a.isRunning && b.isRunning) {
    play(quietFrom + STANDING_MS);
    return null;
  }
  const late = scenario.faults.some(({ kind }) => AFTERMATH.has(kind)) ? AFTERMATH_MS : 0;
  const byHand = kinds.has('unassigned-by-hand') ? IDLE_LOOK_MS * scenario.nics + 5000 : 0;
  const deadline = quietFrom + 4 * timeoutMs() + SETTLE_MS + late + byHand;
  let wellSince: number | null = null;
  for (let at = quietFrom; at <= deadline && world.violation === null; at += CHECK_MS) {
    play(at);
    const why = notConverged(world, operators);
    if (why !== null) {
      wellSince = null;
      if (at + CHECK_MS > deadline) {
        world.fail('converges once faults have stopped', `${((at - quietFrom) / 1000).toFixed(1)} s after: ${why}`);
      }
      continue;
    }
    wellSince ??= at;
    if (at >= wellSince + STAYS_MS && at >= quietFrom + late) return wellSince - quietFrom;
  }
  return null;
}

const AFTERMATH = new Set([
  'ec2-late-effect',
  'ec2-slow',
  'disk-slow',
  'delay',
  'reordering',
  'duplication',
  'os-slow',
]);

function provision(world: World, operators: Operators): void {
  const { timeoutMs, mode, handover, active } = world.scenario;
  const first: Write[] = [
    { field: 'timeout', value: timeoutMs / 1000 },
    { field: 'mode', value: mode },
    { field: 'handover', value: handover },
    { field: 'address', nic: 'eth1', value: operators.freshAddress() },
  ];
  if (active !== null) first.push({ field: 'active', value: UIDS[active] });
  for (const write of first) operators.provisioned(write);
  for (const machine of world.machines) {
    world.sut.provision(machine.disk, { self: machine.uid, uids: UIDS, writes: first });
  }
}

import type { Machine } from '../world/machine';
import type { Operators } from '../world/operators';
import { EXPIRY_LAG_MS } from '../world/kernel';
import type { Event } from '../world/scheduler';
import type { World } from '../world/world';
import type { Invariant } from './invariant';

/** The longest lifetime that the rules give a bound address. */
const LIFETIME_MS = 5000;
/** Back-off of looks after EC2 trouble, at most (`backoffMaxMs`). */
const BACKOFF_MS = 30_000;
/** How long two agreeing looks may take: the first within a second, the second `agreeMs` later, with EC2's latency. */
const LOOKS_MS = 1000 + 2000 + 2 * 100 + 1000;
/** Without a silent peer an ENI is looked at this often, times the number of NICs (`lookMs`). */
const IDLE_LOOK_MS = 65_000;
/** One more interval, an Unbind, and messages that are late. */
const SLACK_MS = 1500;

/**
 * An OS-bound address is held, being acquired, or within its fence window (or unobservable while EC2 is out).
 *
 * - held: EC2 has it on the very ENI of the NIC that it is bound on;
 * - being acquired: an Assign of this machine for it is under way, or may still take effect;
 * - the fence window of a process that is dead or frozen: its last renewal + the lifetime + 1.1 s;
 * - the fence window of one that runs: what the rules allow it for noticing. It starts when it lost the address, when it
 *   began to run (again), or when EC2 was last unobservable for it, whichever was last. A loss to the peer is noticed
 *   by the peer's word, or, the peer being silent for at most one timeout, by looks each second of which two must agree;
 *   one by somebody's hand at the next idle look;
 * - unobservable: a fault of EC2 struck this machine's calls within the time above or the longest back-off.
 */
export function bound(world: World, operators: Operators): Invariant {
  const watched = new Map<string, { since: number; alarm: Event }>();
  const idleLook = world.scenario.faults.some((fault) => fault.kind === 'unassigned-by-hand')
    ? IDLE_LOOK_MS * world.scenario.nics
    : 0;
  const latestTimeout = () =>
    Math.max(
      world.scenario.timeoutMs,
      ...operators.written.map(({ write }) => (write.field === 'timeout' ? write.value * 1000 : 0)),
    );

  const isJustified = (machine: Machine, address: string, device: string): boolean => {
    const holder = world.ec2.holder(address);
    return world.nicOf(machine, holder)?.device === device || world.isAcquiring(machine, address);
  };

  /** Until when it may stay bound, as far as can be said now. */
  const limit = (machine: Machine, renewedAt: number, since: number): number => {
    if (!machine.isRunning) return renewedAt + LIFETIME_MS + EXPIRY_LAG_MS;
    const noticing = latestTimeout() * 1.05 + LOOKS_MS + SLACK_MS + idleLook;
    const start = Math.max(since, machine.runningSince);
    const disturbedUntil = disturbance(world, machine);
    return Math.max(start, disturbedUntil === null ? 0 : disturbedUntil + BACKOFF_MS) + noticing;
  };

  const check = (machine: Machine): void => {
    for (const { address, device, renewedAt } of machine.kernel.bound()) {
      if (!operators.ours.has(address)) continue;
      const key = `${machine.index}|${device}|${address}`;
      const entry = watched.get(key);
      if (isJustified(machine, address, device)) {
        if (entry !== undefined) {
          world.scheduler.cancel(entry.alarm);
          watched.delete(key);
        }
        continue;
      }
      const since = entry?.since ?? world.now;
      const until = limit(machine, renewedAt, since);
      if (world.now > until) {
        const where = world.ec2.holder(address) ?? 'no ENI';
        world.fail(
          'an address that is bound is held, being acquired, or within its fence window',
          `${address} is bound on ${machine.uid} ${device}, but on ${where} since ${(since / 1000).toFixed(2)} s`,
        );
        return;
      }
      if (entry !== undefined) world.scheduler.cancel(entry.alarm);
      watched.set(key, { since, alarm: world.scheduler.at(until + 1, () => check(machine)) });
    }
    forgetGone(machine);
  };

  const forgetGone = (machine: Machine): void => {
    for (const [key, { alarm }] of watched) {
      const [index, device = '', address = ''] = key.split('|');
      if (Number(index) !== machine.index || machine.kernel.isBound(address, device)) continue;
      world.scheduler.cancel(alarm);
      watched.delete(key);
    }
  };

  return {
    onKernel: check,
    onProcess: check,
    onMove: () => world.machines.forEach(check),
  };
}

/** When EC2, the disk or the operating system last failed this machine; null: never. */
function disturbance(world: World, machine: Machine): number | null {
  let last: number | null = null;
  for (const { kind, at, ms, machine: index } of world.scenario.faults) {
    if (index !== machine.index || at > world.now || !DISTURBING.test(kind)) continue;
    last = Math.max(last ?? 0, Math.min(at + ms, world.now));
  }
  return last;
}

const DISTURBING = /^(ec2-|os-)/;

import type { Operators } from '../world/operators';
import type { World } from '../world/world';
import type { Invariant } from './invariant';

/**
 * Part of "within its fence window": a process that was paused for more than two heartbeat intervals neither binds nor
 * renews an address that has meanwhile gone elsewhere, before it has learned something of after the pause: a message sent,
 * or an answer of EC2 asked for, since it went on. (A call in the middle of which it was frozen is already decided.)
 */
export function thaw(world: World, operators: Operators): Invariant {
  return {
    onBind(machine, addresses) {
      const { frozenMs, runningSince, knowsAsOf } = machine;
      const timeoutMs = machine.daemon?.config().timeoutMs ?? world.scenario.timeoutMs;
      const intervalMs = Math.min(1000, Math.max(250, timeoutMs / 10));
      if (frozenMs < 2 * intervalMs * 1.05 + 50 || knowsAsOf >= runningSince) return;
      const lost = addresses.find(
        (address) => operators.ours.has(address) && world.nicOf(machine, world.ec2.holder(address)) === undefined,
      );
      // After a whole timeout in which neither the peer nor EC2 could be asked, a holder serves on: unobservable is kept.
      const unobservable =
        world.now - runningSince >= 0.95 * timeoutMs && !machine.door.isClear(runningSince, world.now);
      if (unobservable || lost === undefined || world.ec2.holder(lost) === null) return;
      world.fail(
        'an address that is bound is held, being acquired, or within its fence window',
        `${machine.uid} renews ${lost} right after a pause, though ${world.ec2.holder(lost) ?? 'nobody'} has it`,
      );
    },
  };
}

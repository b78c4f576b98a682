import { higherTerm, isHigher, type Term } from '../../../node/cluster/term';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import type { Invariant } from './invariant';

/**
 * EC2 or metadata trouble never demotes a holder. Whoever stops holding by itself must have one of the reasons that the
 * rules admit: its address is or was moved or taken off by somebody, the other member claimed or once held by a higher term, it
 * was frozen or told to stop, the config names the other member, an operator changed something, or it lost its link. While none of these has happened since it began to hold, it holds.
 */
export function demotion(world: World): Invariant {
  const HOLDING = new Set(['active', 'yielding', 'releasing', 'suspended']);
  /** Whether something that may demote has happened since that machine began to hold. */
  const excused = [false, false];
  const excuse = () => excused.fill(true);
  /** The highest term that each machine has held by. */
  const held: [Term | null, Term | null] = [null, null];
  const hasAll = (machine: Machine): boolean =>
    Object.values(machine.daemon?.config().addresses ?? {}).every(
      (address) => world.nicOf(machine, world.ec2.holder(address)) !== undefined,
    );
  return {
    onMove(_address, from) {
      if (from !== null) excuse();
    },
    onProcess: excuse,
    onPhase(machine, from, to, why) {
      const { index } = machine;
      if (to === 'active') held[index] = higherTerm(held[index], machine.daemon?.term() ?? null);
      const other = index === 0 ? 1 : 0;
      if (why === 'higher term' && isHigher(held[other], held[index])) return;
      if (to === 'claiming') excused[other] = true;
      if (from === 'active' && BY_CHOICE.has(why)) excused[index] = true;
      if (to === 'active' && !HOLDING.has(from)) {
        const { faults } = world.scenario;
        excused[index] = faults.some((one) => MAY_DEMOTE.has(one.kind));
      }
      if (HOLDING.has(from) && !HOLDING.has(to) && !excused[index] && hasAll(machine)) {
        world.fail('EC2 trouble never demotes a holder', `${machine.uid} stopped holding: ${why}`);
      }
    },
  };
}

/** Hand-overs that the config asks for. */
const BY_CHOICE = new Set(['failback', 'active-changed', 'stop', 'left']);

/** What an operator or a cable may do to a holder: with one of these in the scenario nothing is concluded. */
const MAY_DEMOTE = new Set([
  'stop',
  'freeze',
  'freeze-at-await',
  'active-changed',
  'mode-changed',
  'written-while-down',
  'disabled',
  'link-down',
  'unassigned-by-hand',
]);

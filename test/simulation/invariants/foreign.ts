import type { Operators } from '../world/operators';
import { FOREIGN, type World } from '../world/world';
import type { Invariant } from './invariant';

/**
 * A foreign address never changes: those on the members' ENIs and NICs that were there before, and the stranger's, stay
 * where they are at EC2 and in the kernels, even if the config names one. No call asks to take off what it never named.
 */
export function foreign(world: World, operators: Operators): Invariant {
  const isForeign = (address: string) => FOREIGN.some((one) => one === address);
  const holders = new Map<string, string | null>(FOREIGN.map((address) => [address, world.ec2.holder(address)]));
  return {
    onMove(address) {
      if (isForeign(address) || !operators.ours.has(address)) {
        world.fail('a foreign address never changes', `${address} went from ${holders.get(address) ?? '?'} elsewhere`);
      }
    },
    onCall(machine, action, addresses) {
      if (action !== 'unassign') return;
      const touched = addresses.find((address) => !operators.ours.has(address));
      if (touched !== undefined) {
        world.fail('a foreign address never changes', `${machine.uid} asked EC2 to unassign ${touched}`);
      }
    },
    onKernel(machine) {
      const foreignHere = FOREIGN[machine.index];
      const nic = machine.nics[0]!.device;
      if (!machine.kernel.isBound(foreignHere, nic)) {
        world.fail('a foreign address never changes', `${foreignHere} is no longer bound on ${machine.uid}`);
      }
    },
  };
}

import { limitsOf } from './limits';
import { refuse } from './refusal';
import type { Eni, VpcState } from './state';

/** The ENI of that id. Refuses a malformed id and an unknown one as AWS does. */
export function eniOf(state: VpcState, eniId: string): Eni {
  if (!/^eni-([0-9a-f]{8}|[0-9a-f]{17})$/.test(eniId)) throw refuse.eniMalformed(eniId);
  const eni = state.enis.get(eniId);
  if (!eni) throw refuse.eniMissing(eniId);
  return eni;
}

/** Refuses when the instance type allows fewer than `count` addresses (primary included) on the ENI. Unattached: no limit. */
export function checkRoom(state: VpcState, eni: Eni, count: number): void {
  const instance = eni.attachment && state.instances.get(eni.attachment.instanceId);
  const limits = instance ? limitsOf(instance.instanceType) : undefined;
  if (limits && count > limits.addressesPerEni) throw refuse.eniFull(eni.eniId);
}

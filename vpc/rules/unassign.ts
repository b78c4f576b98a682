import { dropAssociations } from './elastic-ip-follow';
import { eniOf } from './eni-of';
import { refuse } from './refusal';
import { withEni, type VpcState } from './state';

export interface UnassignRequest {
  eniId: string;
  addresses: readonly string[];
}

/**
 * UnassignPrivateIpAddresses. All or nothing, and not idempotent: an address that is not on the ENI refuses the call. An
 * Elastic IP of an unassigned address is left without association.
 */
export function unassignPrivateIpAddresses(state: VpcState, request: UnassignRequest): { state: VpcState } {
  if (request.addresses.length === 0) throw refuse.nothingToUnassign();
  const eni = eniOf(state, request.eniId);
  if (request.addresses.includes(eni.primary)) throw refuse.unassignPrimary(eni.primary);
  const gone = new Set(request.addresses);
  if ([...gone].some((address) => !eni.secondary.includes(address))) throw refuse.notAssigned(eni.eniId);
  const after = withEni(state, { ...eni, secondary: eni.secondary.filter((address) => !gone.has(address)) });
  return { state: dropAssociations(after, eni.eniId, (address) => gone.has(address)) };
}

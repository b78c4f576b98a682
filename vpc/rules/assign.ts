import { followMove } from './elastic-ip-follow';
import { checkRoom, eniOf } from './eni-of';
import { refuse } from './refusal';
import { addressesOf, withEni, type Eni, type VpcState } from './state';
import { checkPlace, holderOf, subnetOf, takeFree } from './subnet-space';

export interface AssignRequest {
  eniId: string;
  /** Addresses by name; empty when `count` is given. */
  addresses: readonly string[];
  /** Or so many that AWS chooses. */
  count?: number;
  allowReassignment: boolean;
}

export interface AssignResult {
  state: VpcState;
  eniId: string;
  /** The addresses of this request only, in its order. */
  assigned: readonly string[];
}

/**
 * AssignPrivateIpAddresses. All or nothing. Order of checks (AWS's own is not documented): what the request names; the
 * ENI; each address by itself; who holds it; room on the ENI. An address that this ENI has already is no change. With
 * `allowReassignment` a secondary address of another ENI moves, and its Elastic IP with it; a primary address never does.
 */
export function assignPrivateIpAddresses(state: VpcState, request: AssignRequest): AssignResult {
  const { eniId, count } = request;
  const addresses = [...new Set(request.addresses)];
  if (addresses.length > 0 && count !== undefined) throw refuse.listAndCount();
  if (count !== undefined && count < 1) throw refuse.countNotPositive(count);
  if (addresses.length === 0 && count === undefined) throw refuse.nothingToAssign();

  const eni = eniOf(state, eniId);
  const assigned = count === undefined ? addresses : takeFree(state, subnetOf(state, eni.subnetId), count);
  const moves = count === undefined ? checkAddresses(state, eni, addresses, request.allowReassignment) : [];

  const gained = assigned.filter((address) => !addressesOf(eni).includes(address));
  if (gained.length === 0) return { state, eniId, assigned };
  checkRoom(state, eni, addressesOf(eni).length + gained.length);

  let after = state;
  for (const { from, address } of moves) {
    const loser = eniOf(after, from);
    after = withEni(after, { ...loser, secondary: loser.secondary.filter((other) => other !== address) });
    after = followMove(after, { address, from, to: eniId });
  }
  after = withEni(after, { ...eni, secondary: [...eni.secondary, ...gained] });
  return { state: after, eniId, assigned };
}

/** The ENIs that would lose an address to this request; none unless it allows reassignment. For authorization. */
export function losersOf(state: VpcState, request: AssignRequest): readonly string[] {
  const eni = state.enis.get(request.eniId);
  if (!eni || !request.allowReassignment) return [];
  const holders = request.addresses.map((address) => holderOf(state, eni.subnetId, address)?.eniId);
  return [...new Set(holders)].filter((id) => id !== undefined && id !== eni.eniId) as string[];
}

function checkAddresses(
  state: VpcState,
  eni: Eni,
  addresses: readonly string[],
  allowReassignment: boolean,
): { address: string; from: string }[] {
  const subnet = subnetOf(state, eni.subnetId);
  for (const address of addresses) checkPlace(subnet, address, refuse.reserved);
  const held = addresses
    .filter((address) => !addressesOf(eni).includes(address))
    .flatMap((address) => {
      const holder = holderOf(state, eni.subnetId, address);
      return holder ? [{ address, from: holder.eniId, primary: holder.primary === address }] : [];
    });
  if (held.some((one) => one.primary)) throw refuse.primaryOfOther();
  if (held.length > 0 && !allowReassignment) throw refuse.moveNotAllowed(held.map((one) => one.address));
  return held;
}

import { contains, isPrivate, range, toNumber } from './cidr';
import { notPrivate, outsideSubnet, ownPrimary, reserved, type Sentence } from './sentences';
import type { NicContext } from './types';

/** What AWS keeps for itself at the start of each subnet: network, router, DNS, future use. */
const RESERVED_AT_START = 4;

/**
 * Why EC2 would refuse the address on this NIC for good, as far as the subnet alone tells; null when it may accept it.
 * `address` is a dotted quad.
 */
export function precheck(address: string, nic: NicContext): Sentence | null {
  if (address === nic.primary) return ownPrimary(address, nic);
  if (!contains(nic.subnetCidr, address)) {
    return isPrivate(address) ? outsideSubnet(address, nic) : notPrivate(address, nic);
  }
  const { first, last } = range(nic.subnetCidr);
  const value = toNumber(address);
  return value < first + RESERVED_AT_START || value === last ? reserved(address, nic) : null;
}

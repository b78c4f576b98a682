import { type Block, contains, formatAddress, isReserved, parseAddress, parseBlock } from './cidr';
import { refuse } from './refusal';
import { addressesOf, enisOfSubnet, type Eni, type Subnet, type VpcState } from './state';

/** The block of a subnet that exists. */
export function blockOf(subnet: Subnet): Block {
  const block = parseBlock(subnet.cidr);
  if (!block) throw new Error(`The state holds subnet ${subnet.subnetId} with the impossible CIDR ${subnet.cidr}`);
  return block;
}

/** The subnet of that id. Refuses an unknown one as AWS does. */
export function subnetOf(state: VpcState, subnetId: string): Subnet {
  const subnet = state.subnets.get(subnetId);
  if (!subnet) throw refuse.subnetMissing(subnetId);
  return subnet;
}

/** How AWS reacts to an address that may be given out in that subnet: nothing if fine, else the refusal is thrown. */
export function checkPlace(subnet: Subnet, address: string, reserved: (address: string) => Error): void {
  const value = parseAddress(address);
  if (value === null) throw refuse.malformedAddress(address);
  const block = blockOf(subnet);
  if (!contains(block, value)) throw refuse.outsideSubnet();
  if (isReserved(block, value)) throw reserved(address);
}

/** The ENI of the subnet that has the address as primary or secondary. */
export function holderOf(state: VpcState, subnetId: string, address: string): Eni | undefined {
  return enisOfSubnet(state, subnetId).find((eni) => addressesOf(eni).includes(address));
}

/** How many addresses can still be given out. */
export function freeCount(state: VpcState, subnet: Subnet): number {
  const block = blockOf(subnet);
  const used = enisOfSubnet(state, subnet.subnetId).reduce((sum, eni) => sum + addressesOf(eni).length, 0);
  return Math.max(0, block.last - block.first + 1 - 5 - used);
}

/** The `count` lowest free addresses, none of them in `except`. Refuses when there are not that many. */
export function takeFree(
  state: VpcState,
  subnet: Subnet,
  count: number,
  except: readonly string[] = [],
): readonly string[] {
  const used = new Set([...enisOfSubnet(state, subnet.subnetId).flatMap(addressesOf), ...except]);
  const block = blockOf(subnet);
  const found: string[] = [];
  for (let value = block.first + 4; value < block.last && found.length < count; value += 1) {
    const address = formatAddress(value);
    if (!used.has(address)) found.push(address);
  }
  if (found.length < count) throw refuse.subnetFull();
  return found;
}

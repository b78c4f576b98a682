import { newId, newMac } from './ids';
import { refuse } from './refusal';
import { withEni, type Eni, type Subnet, type Tags, type VpcState } from './state';
import { checkPlace, holderOf, subnetOf, takeFree } from './subnet-space';

/** The addresses a new ENI shall have; what is not named, AWS chooses. */
export interface NewAddresses {
  primary?: string;
  secondary: readonly string[];
  /** Further secondary addresses that AWS chooses. */
  secondaryCount: number;
}

export interface CreateEniRequest {
  subnetId: string;
  addresses: NewAddresses;
  description: string;
  groups: readonly string[];
  tags: Tags;
}

/** The addresses a new ENI gets, or AWS's refusal: out of the subnet, reserved, in use, subnet full. */
export function chooseAddresses(
  state: VpcState,
  subnet: Subnet,
  wanted: NewAddresses,
): { primary: string; secondary: readonly string[] } {
  const named = [...(wanted.primary === undefined ? [] : [wanted.primary]), ...wanted.secondary];
  for (const [index, address] of named.entries()) {
    checkPlace(subnet, address, refuse.reservedOnCreate);
    if (holderOf(state, subnet.subnetId, address) || named.indexOf(address) !== index) {
      throw refuse.addressInUse(address);
    }
  }
  const missing = (wanted.primary === undefined ? 1 : 0) + wanted.secondaryCount;
  const chosen = takeFree(state, subnet, missing, named);
  const [primary = '', ...rest] = wanted.primary === undefined ? chosen : [wanted.primary, ...chosen];
  return { primary, secondary: [...wanted.secondary, ...rest] };
}

/** CreateNetworkInterface. */
export function createNetworkInterface(state: VpcState, request: CreateEniRequest): { state: VpcState; eni: Eni } {
  const subnet = subnetOf(state, request.subnetId);
  const { primary, secondary } = chooseAddresses(state, subnet, request.addresses);
  const issued = newId(state, 'eni');
  const mac = newMac(issued.state);
  const eni: Eni = {
    eniId: issued.id,
    subnetId: subnet.subnetId,
    vpcId: subnet.vpcId,
    mac: mac.mac,
    description: request.description,
    sourceDestCheck: true,
    primary,
    secondary,
    groups: request.groups.length > 0 ? request.groups : [defaultGroup(subnet.vpcId)],
    attachment: null,
    tags: request.tags,
  };
  return { state: withEni(mac.state, eni), eni };
}

/** The id of a VPC's default security group: every VPC has one, and no rule here looks into it. */
export function defaultGroup(vpcId: string): string {
  return vpcId.replace(/^vpc-/, 'sg-');
}

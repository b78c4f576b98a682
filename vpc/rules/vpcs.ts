import { overlap, parseBlock } from './cidr';
import { newId } from './ids';
import { refuse } from './refusal';
import { drop, enisOfSubnet, put, type Subnet, type Tags, type Vpc, type VpcState } from './state';
import { subnetOf } from './subnet-space';

/** The VPC of that id. Refuses an unknown one as AWS does. */
export function vpcOf(state: VpcState, vpcId: string): Vpc {
  const vpc = state.vpcs.get(vpcId);
  if (!vpc) throw refuse.vpcMissing(vpcId);
  return vpc;
}

/** CreateVpc: /16 to /28. */
export function createVpc(state: VpcState, request: { cidr: string; tags: Tags }): { state: VpcState; vpc: Vpc } {
  const block = parseBlock(request.cidr);
  if (!block || block.prefixLength < 16 || block.prefixLength > 28) throw refuse.vpcRange(request.cidr);
  const issued = newId(state, 'vpc');
  const vpc: Vpc = { vpcId: issued.id, cidr: request.cidr, tags: request.tags };
  return { state: { ...issued.state, vpcs: put(issued.state.vpcs, vpc.vpcId, vpc) }, vpc };
}

/** DeleteVpc: only without subnets. */
export function deleteVpc(state: VpcState, vpcId: string): { state: VpcState } {
  vpcOf(state, vpcId);
  if ([...state.subnets.values()].some((subnet) => subnet.vpcId === vpcId)) throw refuse.dependency('vpc', vpcId);
  return { state: { ...state, vpcs: drop(state.vpcs, vpcId) } };
}

/** CreateSubnet: /16 to /28 inside the VPC, sharing no address with another subnet of it. */
export function createSubnet(
  state: VpcState,
  request: { vpcId: string; cidr: string; availabilityZone?: string; tags: Tags },
): { state: VpcState; subnet: Subnet } {
  const vpc = vpcOf(state, request.vpcId);
  const block = parseBlock(request.cidr);
  const outer = parseBlock(vpc.cidr);
  if (!block || !outer || block.prefixLength < 16 || block.prefixLength > 28) throw refuse.subnetRange(request.cidr);
  if (block.first < outer.first || block.last > outer.last) throw refuse.subnetRange(request.cidr);
  const siblings = [...state.subnets.values()].filter((subnet) => subnet.vpcId === vpc.vpcId);
  for (const sibling of siblings) {
    const other = parseBlock(sibling.cidr);
    if (other && overlap(block, other)) throw refuse.subnetConflict(request.cidr);
  }
  const availabilityZone = request.availabilityZone ?? `${state.region}a`;
  if (!new RegExp(`^${state.region}[a-f]$`).test(availabilityZone)) throw refuse.zoneUnknown(availabilityZone);
  const issued = newId(state, 'subnet');
  const { vpcId, cidr, tags } = request;
  const subnet: Subnet = { subnetId: issued.id, vpcId, cidr, availabilityZone, tags };
  return { state: { ...issued.state, subnets: put(issued.state.subnets, subnet.subnetId, subnet) }, subnet };
}

/** DeleteSubnet: only without ENIs. */
export function deleteSubnet(state: VpcState, subnetId: string): { state: VpcState } {
  subnetOf(state, subnetId);
  if (enisOfSubnet(state, subnetId).length > 0) throw refuse.dependency('subnet', subnetId);
  return { state: { ...state, subnets: drop(state.subnets, subnetId) } };
}

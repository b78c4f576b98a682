import type { FilterTable } from './filters';
import { addressesOf, enisOfInstance, type Eip, type Eni, type Instance, type Subnet, type Vpc } from './state';
import { freeCount } from './subnet-space';

const one = (value: string | number | boolean | undefined | null): readonly string[] =>
  value === undefined || value === null ? [] : [String(value)];

export const VPC_FILTERS: FilterTable<Vpc> = {
  'vpc-id': (vpc) => [vpc.vpcId],
  cidr: (vpc) => [vpc.cidr],
  'cidr-block-association.cidr-block': (vpc) => [vpc.cidr],
  'owner-id': (_vpc, state) => [state.account],
  state: () => ['available'],
  'is-default': () => ['false'],
};

export const SUBNET_FILTERS: FilterTable<Subnet> = {
  'subnet-id': (subnet) => [subnet.subnetId],
  'vpc-id': (subnet) => [subnet.vpcId],
  cidr: (subnet) => [subnet.cidr],
  'cidr-block': (subnet) => [subnet.cidr],
  'availability-zone': (subnet) => [subnet.availabilityZone],
  'available-ip-address-count': (subnet, state) => one(freeCount(state, subnet)),
  'owner-id': (_subnet, state) => [state.account],
  state: () => ['available'],
};

/** `private-ip-address` looks at the primary only, `addresses.private-ip-address` at all addresses: as AWS does. */
export const ENI_FILTERS: FilterTable<Eni> = {
  'network-interface-id': (eni) => [eni.eniId],
  'subnet-id': (eni) => [eni.subnetId],
  'vpc-id': (eni) => [eni.vpcId],
  'availability-zone': (eni, state) => one(state.subnets.get(eni.subnetId)?.availabilityZone),
  'private-ip-address': (eni) => [eni.primary],
  'addresses.private-ip-address': (eni) => addressesOf(eni),
  'addresses.primary': (eni) => (eni.secondary.length > 0 ? ['true', 'false'] : ['true']),
  'addresses.association.public-ip': (eni, state) =>
    [...state.eips.values()].flatMap((eip) => (eip.association?.eniId === eni.eniId ? [eip.publicIp] : [])),
  'attachment.attachment-id': (eni) => one(eni.attachment?.attachmentId),
  'attachment.instance-id': (eni) => one(eni.attachment?.instanceId),
  'attachment.device-index': (eni) => one(eni.attachment?.deviceIndex),
  'attachment.delete-on-termination': (eni) => one(eni.attachment?.deleteOnTermination),
  'attachment.status': (eni) => (eni.attachment ? ['attached'] : []),
  'group-id': (eni) => eni.groups,
  'mac-address': (eni) => [eni.mac],
  description: (eni) => [eni.description],
  'source-dest-check': (eni) => one(eni.sourceDestCheck),
  status: (eni) => [eni.attachment ? 'in-use' : 'available'],
  'interface-type': () => ['interface'],
  'requester-managed': () => ['false'],
  'owner-id': (_eni, state) => [state.account],
};

export const INSTANCE_FILTERS: FilterTable<Instance> = {
  'instance-id': (instance) => [instance.instanceId],
  'instance-type': (instance) => [instance.instanceType],
  'image-id': (instance) => [instance.imageId],
  'instance-state-name': (instance) => [instance.state],
  'reservation-id': (instance) => [instance.reservationId],
  'subnet-id': (instance) => [instance.subnetId],
  'vpc-id': (instance) => [instance.vpcId],
  'availability-zone': (instance, state) => one(state.subnets.get(instance.subnetId)?.availabilityZone),
  'private-ip-address': (instance, state) => one(enisOfInstance(state, instance.instanceId)[0]?.primary),
  'network-interface.network-interface-id': (instance, state) =>
    enisOfInstance(state, instance.instanceId).map((eni) => eni.eniId),
  'network-interface.subnet-id': (instance, state) =>
    enisOfInstance(state, instance.instanceId).map((eni) => eni.subnetId),
  'network-interface.mac-address': (instance, state) =>
    enisOfInstance(state, instance.instanceId).map((eni) => eni.mac),
  'network-interface.addresses.private-ip-address': (instance, state) =>
    enisOfInstance(state, instance.instanceId).flatMap(addressesOf),
};

export const EIP_FILTERS: FilterTable<Eip> = {
  'allocation-id': (eip) => [eip.allocationId],
  'association-id': (eip) => one(eip.association?.associationId),
  'public-ip': (eip) => [eip.publicIp],
  'network-interface-id': (eip) => one(eip.association?.eniId),
  'private-ip-address': (eip) => one(eip.association?.privateIp),
  'instance-id': (eip, state) => one(eip.association && state.enis.get(eip.association.eniId)?.attachment?.instanceId),
  domain: () => ['vpc'],
};

import { defaultGroup } from '../rules/create-eni';
import type { XmlObject } from '../query/xml';
import {
  addressesOf,
  enisOfInstance,
  type Eip,
  type Eni,
  type Instance,
  type Subnet,
  type Tags,
  type Vpc,
  type VpcState,
} from '../rules/state';
import { freeCount } from '../rules/subnet-space';

/** Tags as EC2 lists them. */
export function tagSet(tags: Tags): XmlObject[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

export function vpcView(vpc: Vpc, state: VpcState): XmlObject {
  return {
    vpcId: vpc.vpcId,
    ownerId: state.account,
    state: 'available',
    cidrBlock: vpc.cidr,
    cidrBlockAssociationSet: [
      {
        cidrBlock: vpc.cidr,
        associationId: vpc.vpcId.replace(/^vpc-/, 'vpc-cidr-assoc-'),
        cidrBlockState: { state: 'associated' },
      },
    ],
    instanceTenancy: 'default',
    isDefault: false,
    tagSet: tagSet(vpc.tags),
  };
}

export function subnetView(subnet: Subnet, state: VpcState): XmlObject {
  return {
    subnetId: subnet.subnetId,
    subnetArn: `arn:aws:ec2:${state.region}:${state.account}:subnet/${subnet.subnetId}`,
    state: 'available',
    ownerId: state.account,
    vpcId: subnet.vpcId,
    cidrBlock: subnet.cidr,
    availableIpAddressCount: freeCount(state, subnet),
    availabilityZone: subnet.availabilityZone,
    defaultForAz: false,
    mapPublicIpOnLaunch: false,
    assignIpv6AddressOnCreation: false,
    ipv6CidrBlockAssociationSet: [],
    tagSet: tagSet(subnet.tags),
  };
}

function attachmentView(eni: Eni, state: VpcState): XmlObject | undefined {
  return (
    (eni.attachment && {
      attachmentId: eni.attachment.attachmentId,
      instanceId: eni.attachment.instanceId,
      instanceOwnerId: state.account,
      deviceIndex: eni.attachment.deviceIndex,
      networkCardIndex: 0,
      status: 'attached',
      attachTime: eni.attachment.attachTime,
      deleteOnTermination: eni.attachment.deleteOnTermination,
    }) ??
    undefined
  );
}

function associationView(eni: Eni, address: string, state: VpcState): XmlObject | undefined {
  const eip = [...state.eips.values()].find(
    (one) => one.association?.eniId === eni.eniId && one.association.privateIp === address,
  );
  return eip?.association
    ? {
        publicIp: eip.publicIp,
        ipOwnerId: state.account,
        allocationId: eip.allocationId,
        associationId: eip.association.associationId,
      }
    : undefined;
}

function addressViews(eni: Eni, state: VpcState): XmlObject[] {
  return addressesOf(eni).map((address) => ({
    privateIpAddress: address,
    primary: address === eni.primary,
    association: associationView(eni, address, state),
  }));
}

const groupViews = (eni: Eni): XmlObject[] =>
  eni.groups.map((groupId) => ({ groupId, groupName: groupId === defaultGroup(eni.vpcId) ? 'default' : groupId }));

export function eniView(eni: Eni, state: VpcState): XmlObject {
  return {
    networkInterfaceId: eni.eniId,
    subnetId: eni.subnetId,
    vpcId: eni.vpcId,
    availabilityZone: state.subnets.get(eni.subnetId)?.availabilityZone,
    description: eni.description,
    ownerId: state.account,
    requesterManaged: false,
    status: eni.attachment ? 'in-use' : 'available',
    macAddress: eni.mac,
    privateIpAddress: eni.primary,
    sourceDestCheck: eni.sourceDestCheck,
    groupSet: groupViews(eni),
    attachment: attachmentView(eni, state),
    association: associationView(eni, eni.primary, state),
    tagSet: tagSet(eni.tags),
    privateIpAddressesSet: addressViews(eni, state),
    ipv6AddressesSet: [],
    interfaceType: 'interface',
  };
}

const STATE_CODES = { running: 16, stopped: 80, terminated: 48 } as const;

export function instanceView(instance: Instance, state: VpcState): XmlObject {
  const enis = enisOfInstance(state, instance.instanceId);
  const [primary] = enis;
  return {
    instanceId: instance.instanceId,
    imageId: instance.imageId,
    instanceState: { code: STATE_CODES[instance.state], name: instance.state },
    instanceType: instance.instanceType,
    launchTime: instance.launchTime,
    placement: { availabilityZone: state.subnets.get(instance.subnetId)?.availabilityZone, tenancy: 'default' },
    monitoring: { state: 'disabled' },
    architecture: 'x86_64',
    rootDeviceType: 'ebs',
    ...(primary
      ? {
          subnetId: instance.subnetId,
          vpcId: instance.vpcId,
          privateIpAddress: primary.primary,
          sourceDestCheck: primary.sourceDestCheck,
          groupSet: groupViews(primary),
        }
      : {}),
    networkInterfaceSet: enis.map((eni) => ({
      ...eniView(eni, state),
      availabilityZone: undefined,
      tagSet: undefined,
    })),
    iamInstanceProfile: {
      arn: `arn:aws:iam::${state.account}:instance-profile/${instance.role}`,
      id: instance.instanceId.replace(/^i-/, 'AIPA').toUpperCase(),
    },
    tagSet: tagSet(instance.tags),
  };
}

/** Instances grouped by the call that launched them. */
export function reservationViews(instances: readonly Instance[], state: VpcState): XmlObject[] {
  return [...new Set(instances.map((instance) => instance.reservationId))].map((reservationId) => ({
    reservationId,
    ownerId: state.account,
    groupSet: [],
    instancesSet: instances
      .filter((instance) => instance.reservationId === reservationId)
      .map((instance) => instanceView(instance, state)),
  }));
}

export function eipView(eip: Eip, state: VpcState): XmlObject {
  const { association } = eip;
  return {
    publicIp: eip.publicIp,
    allocationId: eip.allocationId,
    domain: 'vpc',
    ...(association
      ? {
          associationId: association.associationId,
          networkInterfaceId: association.eniId,
          networkInterfaceOwnerId: state.account,
          privateIpAddress: association.privateIp,
          instanceId: state.enis.get(association.eniId)?.attachment?.instanceId,
        }
      : {}),
    tagSet: tagSet(eip.tags),
  };
}

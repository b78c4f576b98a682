import { DEFAULT_ROLE } from '../actions/instances';
import type { Attachment, Eip, Eni, Instance, InstanceState, Subnet, Tags, Vpc, VpcState } from '../rules/state';
import type { Overlay } from './overlay';
import type { Upstream } from './upstream';
import { items, text, type XmlNode } from './xml-node';

function tagsOf(node: XmlNode): Tags {
  return Object.fromEntries(items(node, 'tagSet').map((tag) => [text(tag, 'key') ?? '', text(tag, 'value') ?? '']));
}

function required(node: XmlNode, name: string): string {
  const value = text(node, name);
  if (value === undefined) throw new Error(`the upstream describes a resource without ${name}`);
  return value;
}

function readVpc(node: XmlNode): Vpc {
  return { vpcId: required(node, 'vpcId'), cidr: required(node, 'cidrBlock'), tags: tagsOf(node) };
}

function readSubnet(node: XmlNode): Subnet {
  return {
    subnetId: required(node, 'subnetId'),
    vpcId: required(node, 'vpcId'),
    cidr: required(node, 'cidrBlock'),
    availabilityZone: required(node, 'availabilityZone'),
    tags: tagsOf(node),
  };
}

function readAttachment(node: XmlNode, overlay: Overlay): Attachment | null {
  const instanceId = text(node, 'attachment.instanceId');
  const attachmentId = text(node, 'attachment.attachmentId');
  if (instanceId === undefined || attachmentId === undefined) return null;
  return {
    attachmentId,
    instanceId,
    deviceIndex: Number(text(node, 'attachment.deviceIndex') ?? '0'),
    deleteOnTermination:
      overlay.deleteOnTermination.get(required(node, 'networkInterfaceId')) ??
      text(node, 'attachment.deleteOnTermination') === 'true',
    attachTime: text(node, 'attachment.attachTime') ?? '',
  };
}

/** The upstream's MAC; where it is none (moto makes `02:00:00:13602x:…`), one that follows from the ENI's id. */
function macOf(node: XmlNode): string {
  const told = required(node, 'macAddress');
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(told)) return told;
  const hex = required(node, 'networkInterfaceId').slice(-10);
  return `02:${(hex.match(/../g) ?? []).join(':')}`;
}

function readEni(node: XmlNode, overlay: Overlay): Eni {
  const primary = required(node, 'privateIpAddress');
  const all = items(node, 'privateIpAddressesSet').map((one) => required(one, 'privateIpAddress'));
  return {
    eniId: required(node, 'networkInterfaceId'),
    subnetId: required(node, 'subnetId'),
    vpcId: required(node, 'vpcId'),
    mac: macOf(node),
    description: text(node, 'description') ?? '',
    sourceDestCheck: text(node, 'sourceDestCheck') !== 'false',
    primary,
    secondary: [...new Set(all)].filter((address) => address !== primary),
    groups: items(node, 'groupSet').map((group) => required(group, 'groupId')),
    attachment: readAttachment(node, overlay),
    tags: tagsOf(node),
  };
}

const STATES: Readonly<Record<string, InstanceState>> = {
  pending: 'running',
  running: 'running',
  stopping: 'stopped',
  stopped: 'stopped',
  'shutting-down': 'terminated',
  terminated: 'terminated',
};

function readInstance(node: XmlNode, reservationId: string): Instance {
  return {
    instanceId: required(node, 'instanceId'),
    reservationId,
    imageId: text(node, 'imageId') ?? '',
    instanceType: text(node, 'instanceType') ?? '',
    state: STATES[text(node, 'instanceState.name') ?? ''] ?? 'running',
    subnetId: text(node, 'subnetId') ?? '',
    vpcId: text(node, 'vpcId') ?? '',
    role: text(node, 'iamInstanceProfile.arn')?.split('/').at(-1) ?? DEFAULT_ROLE,
    launchTime: text(node, 'launchTime') ?? '',
    tags: tagsOf(node),
  };
}

function readEip(node: XmlNode, enis: ReadonlyMap<string, Eni>, overlay: Overlay): Eip {
  const allocationId = required(node, 'allocationId');
  const eni = enis.get(text(node, 'networkInterfaceId') ?? '');
  const associationId = text(node, 'associationId');
  return {
    allocationId,
    publicIp: required(node, 'publicIp'),
    association:
      eni && associationId !== undefined
        ? { associationId, eniId: eni.eniId, privateIp: overlay.eipTargets.get(allocationId) ?? eni.primary }
        : null,
    tags: tagsOf(node),
  };
}

const byId = <T>(list: readonly T[], idOf: (one: T) => string): ReadonlyMap<string, T> =>
  new Map(list.map((one) => [idOf(one), one]));

/** The part of the state that changes rarely. */
export type Surroundings = Pick<VpcState, 'vpcs' | 'subnets' | 'instances'>;

/** VPCs, subnets and instances as the upstream has them now. */
export async function readSurroundings(upstream: Upstream): Promise<Surroundings> {
  const [vpcs, subnets, reservations] = await Promise.all([
    upstream.list('DescribeVpcs', 'vpcSet'),
    upstream.list('DescribeSubnets', 'subnetSet'),
    upstream.list('DescribeInstances', 'reservationSet'),
  ]);
  const instances = reservations.flatMap((reservation) =>
    items(reservation, 'instancesSet').map((node) => readInstance(node, text(reservation, 'reservationId') ?? '')),
  );
  return {
    vpcs: byId(vpcs.map(readVpc), (vpc) => vpc.vpcId),
    subnets: byId(subnets.map(readSubnet), (subnet) => subnet.subnetId),
    instances: byId(instances, (instance) => instance.instanceId),
  };
}

/**
 * ENIs (of one VPC, or all) and Elastic IPs as the upstream has them now. Which address an Elastic IP leads to depends on
 * all ENIs, so the Elastic IPs are made from those.
 */
export async function readAddresses(
  upstream: Upstream,
  overlay: Overlay,
  vpcId: string | null,
): Promise<{
  enis: ReadonlyMap<string, Eni>;
  eipsOf: (enis: ReadonlyMap<string, Eni>) => ReadonlyMap<string, Eip>;
}> {
  const filter: Record<string, string> = vpcId === null ? {} : { 'Filter.1.Name': 'vpc-id', 'Filter.1.Value.1': vpcId };
  const [nodes, addresses] = await Promise.all([
    upstream.list('DescribeNetworkInterfaces', 'networkInterfaceSet', filter),
    upstream.list('DescribeAddresses', 'addressesSet'),
  ]);
  const allocated = addresses.filter((node) => text(node, 'allocationId') !== undefined);
  return {
    enis: byId(
      nodes.map((node) => readEni(node, overlay)),
      (eni) => eni.eniId,
    ),
    eipsOf: (enis) =>
      byId(
        allocated.map((node) => readEip(node, enis, overlay)),
        (eip) => eip.allocationId,
      ),
  };
}

import { addressesOf, enisOfInstance, type Eni, type Instance, type VpcState } from '../rules/state';

/** A folder of the metadata, or a value. */
export type MetadataNode = string | { readonly [name: string]: MetadataNode };

const lines = (values: readonly string[]): string => values.join('\n');

function publicIpsOf(state: VpcState, eni: Eni): Record<string, MetadataNode> {
  const eips = [...state.eips.values()].filter((eip) => eip.association?.eniId === eni.eniId);
  if (eips.length === 0) return {};
  return {
    'public-ipv4s': lines(eips.map((eip) => eip.publicIp)),
    'ipv4-associations': Object.fromEntries(eips.map((eip) => [eip.publicIp, eip.association?.privateIp ?? ''])),
  };
}

function macNode(state: VpcState, eni: Eni): MetadataNode {
  const vpcCidr = state.vpcs.get(eni.vpcId)?.cidr ?? '';
  return {
    'device-number': String(eni.attachment?.deviceIndex ?? ''),
    'interface-id': eni.eniId,
    'local-ipv4s': lines(addressesOf(eni)),
    mac: eni.mac,
    'owner-id': state.account,
    'security-group-ids': lines(eni.groups),
    'subnet-id': eni.subnetId,
    'subnet-ipv4-cidr-block': state.subnets.get(eni.subnetId)?.cidr ?? '',
    'vpc-id': eni.vpcId,
    'vpc-ipv4-cidr-block': vpcCidr,
    'vpc-ipv4-cidr-blocks': vpcCidr,
    ...publicIpsOf(state, eni),
  };
}

/** What the metadata service of an instance shows below `/latest/`; `iam` is the folder of its role. */
export function metadataOf(state: VpcState, instance: Instance, iam: MetadataNode): MetadataNode {
  const enis = enisOfInstance(state, instance.instanceId);
  const [primary] = enis;
  const zone = state.subnets.get(instance.subnetId)?.availabilityZone ?? '';
  const hostname = `ip-${(primary?.primary ?? '').replaceAll('.', '-')}.ec2.internal`;
  return {
    'meta-data': {
      'ami-id': instance.imageId,
      hostname,
      iam,
      'instance-id': instance.instanceId,
      'instance-type': instance.instanceType,
      'local-hostname': hostname,
      'local-ipv4': primary?.primary ?? '',
      mac: primary?.mac ?? '',
      network: {
        interfaces: { macs: Object.fromEntries(enis.map((eni) => [eni.mac, macNode(state, eni)])) },
      },
      placement: { 'availability-zone': zone, region: state.region },
      'reservation-id': instance.reservationId,
      services: { domain: 'amazonaws.com', partition: 'aws' },
    },
    dynamic: {
      'instance-identity': {
        document: JSON.stringify(
          {
            accountId: state.account,
            architecture: 'x86_64',
            availabilityZone: zone,
            imageId: instance.imageId,
            instanceId: instance.instanceId,
            instanceType: instance.instanceType,
            kernelId: null,
            pendingTime: instance.launchTime,
            privateIp: primary?.primary ?? null,
            ramdiskId: null,
            region: state.region,
            version: '2017-09-30',
          },
          null,
          2,
        ),
      },
    },
  };
}

/** A folder is shown as its entries, one a line, folders with a slash. */
export function showNode(node: MetadataNode): string {
  if (typeof node === 'string') return node;
  return lines(Object.entries(node).map(([name, child]) => (typeof child === 'string' ? name : `${name}/`)));
}

/** The node at a path; undefined when there is none. */
export function findNode(root: MetadataNode, path: readonly string[]): MetadataNode | undefined {
  let node: MetadataNode | undefined = root;
  for (const part of path) {
    if (typeof node !== 'object' || !Object.hasOwn(node, part)) return undefined;
    node = node[part];
  }
  return node;
}

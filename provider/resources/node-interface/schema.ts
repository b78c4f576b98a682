import { integerAttribute, boolAttribute, listAttribute, stringAttribute } from '../../framework/schema/attributes';
import { conflicting, exactlyOneOf } from '../../framework/schema/config-validators';
import type { Config, Planned, State } from '../../framework/schema/model';
import { requiresReplace, useStateForUnknown } from '../../framework/schema/plan-modifiers';
import { defineSchema } from '../../framework/schema/schema';
import { timeouts } from '../../framework/schema/timeouts';
import type { Validator } from '../../framework/schema/validator';
import { invalidValue, oneOf } from '../../framework/schema/value-validators';
import { nodeFqdnsAttribute } from '../node-attributes';
import { clusterIp, hostname, ipv4, ipv4Cidr, nicName, nodeUid, noNulls } from '../validators';

/** How long each operation may take when `timeouts` does not say. */
export const DEFAULT_TIMEOUTS = { create: '2m', read: '1m', update: '2m', delete: '2m' } as const;

/** The three ways to say whose interface it is. */
export const ENDPOINTS = ['node_fqdn', 'node_id', 'cluster_fqdn'] as const;

/** The API's limits are the server's to tell: it may come to take more. 0 is its way to say "not set". */
const notNegative: Validator<number> = (value, path) =>
  value >= 0 ? [] : [invalidValue(path, 'zero or more', String(value))];

/** What HCL does not name stays as the node has it. */
const KEPT = { presence: 'optional+computed', planModifiers: [useStateForUnknown()] } as const;

export const nodeInterfaceSchema = defineSchema({
  description:
    'One network interface (NIC) of a node or of a cluster, above all its cluster IP: the private address that the active gateway holds as a ' +
    'secondary address on its data ENI and has bound on its NIC.\n\n' +
    'Only what is named here is written; the interface’s other settings, its routes and its VLANs stay as they are, and so does every other ' +
    'interface. `apply` returns when the node reports the change applied on ENI and NIC, or fails with what the node said. Destroying the ' +
    'resource takes away what it set, and the interface’s entry when nothing else is left in it.\n\n' +
    'Terraform marks a resource as tainted when its first apply fails or is interrupted, and replaces it at the next: the address would be ' +
    'released and assigned again. Run `terraform untaint` first to keep it.',
  validators: [
    exactlyOneOf(...ENDPOINTS),
    conflicting('node_fqdn', 'node_fqdns'),
    conflicting('node_id', 'node_fqdns'),
  ],
  attributes: {
    id: stringAttribute({
      presence: 'computed',
      description: 'The node’s or cluster’s name as given here, a colon, and the NIC.',
      planModifiers: [useStateForUnknown()],
    }),
    node_fqdn: stringAttribute({
      presence: 'optional',
      description:
        'FQDN of the node. Exactly one of `node_fqdn`, `node_id` and `cluster_fqdn` is needed; a change replaces the resource.',
      validators: [hostname],
      planModifiers: [requiresReplace()],
    }),
    node_id: stringAttribute({
      presence: 'optional',
      description: 'UID of the node.',
      validators: [nodeUid],
      planModifiers: [requiresReplace()],
    }),
    cluster_fqdn: stringAttribute({
      presence: 'optional',
      description:
        'FQDN of the cluster: the interface is then that of both members, and its cluster IP is held by the active one. `apply` returns when that member ' +
        'reports the change applied.',
      validators: [hostname],
      planModifiers: [requiresReplace()],
    }),
    node_fqdns: nodeFqdnsAttribute(),
    nic: stringAttribute({
      presence: 'required',
      description:
        'Name of the NIC in the node’s operating system, such as `eth1` or `ens6`. A change replaces the resource.',
      validators: [nicName],
      planModifiers: [requiresReplace()],
    }),
    cluster_ip: stringAttribute({
      presence: 'optional',
      description:
        'The cluster IP: an unused private IPv4 address of the data subnet, without prefix length. Changed in place, without a restart. Without ' +
        'it the interface has none: one that it had is released.',
      validators: [clusterIp],
    }),
    ip: stringAttribute({
      ...KEPT,
      description: 'Address of the interface with prefix length, such as `10.0.1.10/24`.',
      validators: [ipv4Cidr],
    }),
    dhcp: boolAttribute({
      ...KEPT,
      description: 'Whether the interface gets its address by DHCP. For WAN interfaces.',
    }),
    gateway: stringAttribute({ ...KEPT, description: 'IPv4 address of the gateway.', validators: [ipv4] }),
    vrf: stringAttribute({ ...KEPT, description: 'Name of the VRF.' }),
    dns: listAttribute({
      ...KEPT,
      element: 'string',
      description: 'IPv4 addresses of DNS servers.',
      validators: [noNulls],
      elementValidators: [ipv4],
    }),
    mode: stringAttribute({
      ...KEPT,
      description: 'Negotiation of the link: `auto` or `manual`. With `manual` go `speed` and `duplex`.',
      validators: [oneOf('auto', 'manual')],
    }),
    duplex: stringAttribute({
      ...KEPT,
      description: '`full` or `half`; in effect with `mode = "manual"`.',
      validators: [oneOf('full', 'half')],
    }),
    speed: integerAttribute({
      ...KEPT,
      description: 'Speed of the link in Mbit/s, such as 1000; in effect with `mode = "manual"`. 0 means not set.',
      validators: [notNegative],
    }),
    mtu: integerAttribute({
      ...KEPT,
      description: 'Largest packet in bytes; a node takes 1300 to 9001. 0 means not set.',
      validators: [notNegative],
    }),
    timeouts: timeouts(DEFAULT_TIMEOUTS),
  },
});

export type NodeInterfaceConfig = Config<typeof nodeInterfaceSchema>;
export type NodeInterfacePlan = Planned<typeof nodeInterfaceSchema>;
export type NodeInterfaceState = State<typeof nodeInterfaceSchema>;

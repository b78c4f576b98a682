import { attributePath } from '../../framework/cty/path';
import { isUnknown } from '../../framework/cty/unknown';
import { field } from '../../framework/cty/value';
import { boolAttribute, integerAttribute, stringAttribute } from '../../framework/schema/attributes';
import { exactlyOneOf } from '../../framework/schema/config-validators';
import { errorAt } from '../../framework/schema/diagnostic';
import type { Config, Planned, State } from '../../framework/schema/model';
import { requiresReplace, useStateForUnknown } from '../../framework/schema/plan-modifiers';
import { defineSchema } from '../../framework/schema/schema';
import { timeouts } from '../../framework/schema/timeouts';
import type { ConfigValidator, Validator } from '../../framework/schema/validator';
import { between, invalidValue } from '../../framework/schema/value-validators';
import { NODE, nodeAttributes } from '../node-attributes';
import { hostname, ipv4OrHostname } from '../validators';

/** How long each operation may take when `timeouts` does not say. */
export const DEFAULT_TIMEOUTS = { create: '2m', read: '1m', update: '2m', delete: '2m' } as const;

/** Where members take heartbeats unless told otherwise. */
export const HEARTBEAT_PORT = 9000;

const KEPT = { presence: 'optional+computed', planModifiers: [useStateForUnknown()] } as const;

const clusterKey: Validator<string> = (value, path) => {
  if (/^[\x21-\x7e]{32,512}$/.test(value)) return [];
  const shown = `a text of ${value.length} characters${/^[\x21-\x7e]*$/.test(value) ? '' : ' with blanks or letters beyond ASCII'}`;
  return [invalidValue(path, 'a secret of 32 to 512 printable ASCII characters without blanks', shown)];
};

/** A port without a host says nothing. */
const portNeedsHost: ConfigValidator = (config) => {
  const port = field(config, 'peer_port');
  if (port === null || isUnknown(port) || field(config, 'peer_host') !== null) return [];
  return [
    errorAt(
      attributePath('peer_port'),
      'Missing attribute',
      'peer_port is set, but peer_host is not: set it, or remove peer_port.',
    ),
  ];
};

export const clusterMemberSchema = defineSchema({
  description:
    'Puts a node into a cluster (`tg_cluster`), which has two members.\n\n' +
    'With `tg-node` daemons the members have to find and to trust each other: `cluster_key` is the secret that both share, and one of the two has to know ' +
    'where the other one takes heartbeats (`peer_host`). Neither is needed where `tg-node init --cluster` and `tg-node join` have paired them, or with the ' +
    'Trustgrid portal. `apply` returns when the node reports that it is in the cluster and, as soon as both are, that the two hear each other; or it ' +
    'fails with what the node says.\n\n' +
    'Where a member takes heartbeats is `tg_node_cluster_config`; if that depends on this resource and sets another port than 9000, the two cannot ' +
    'hear each other before it is applied: let it come first. Destroying the resource takes the node out of the cluster; it ' +
    'hands the cluster IP over to the other member first, if it holds it. While a member is down, plans take what its peer knows of it.',
  validators: [exactlyOneOf(...NODE), portNeedsHost],
  attributes: {
    id: stringAttribute({
      presence: 'computed',
      description: 'The node as it is named here.',
      planModifiers: [useStateForUnknown()],
    }),
    cluster_fqdn: stringAttribute({
      presence: 'required',
      description:
        'FQDN of the cluster. A change replaces the resource: a node leaves one cluster before it joins another.',
      validators: [hostname],
      planModifiers: [requiresReplace()],
    }),
    ...nodeAttributes(true),
    peer_host: stringAttribute({
      ...KEPT,
      description:
        'Address or host name at which the other member takes heartbeats. One of the two members needs it. Without it the node keeps what it knows.',
      validators: [ipv4OrHostname],
    }),
    peer_port: integerAttribute({
      ...KEPT,
      description: `Port at which the other member takes heartbeats. Default: ${HEARTBEAT_PORT}.`,
      validators: [between(1, 65535)],
    }),
    cluster_key: stringAttribute({
      presence: 'optional',
      sensitive: true,
      writeOnly: true,
      description:
        'The secret by which the members know each other, the same for both: as `tg-node init --cluster` prints it, or any 32 to 512 printable ASCII characters without blanks. It is handed to ' +
        'the node when the resource is created, and when anything else of it changes; it is stored neither in the plan nor in the state. Needs Terraform ' +
        '1.11 or OpenTofu 1.11.',
      validators: [clusterKey],
    }),
    cluster_key_version: integerAttribute({
      presence: 'optional',
      description:
        'Any number; another one than before hands `cluster_key` to the node again, since Terraform cannot see that it changed.',
    }),
    active: boolAttribute({
      presence: 'computed',
      deprecated: 'It is never set; which member is active, `tg-node status` tells.',
      description:
        'Never set: a value that changes with each failover has no place in a plan. It exists so that configurations written for other versions of this ' +
        'provider stay valid.',
      planModifiers: [useStateForUnknown()],
    }),
    timeouts: timeouts(DEFAULT_TIMEOUTS),
  },
});

export type ClusterMemberConfig = Config<typeof clusterMemberSchema>;
export type ClusterMemberPlan = Planned<typeof clusterMemberSchema>;
export type ClusterMemberState = State<typeof clusterMemberSchema>;

import { boolAttribute, integerAttribute, stringAttribute } from '../../framework/schema/attributes';
import { exactlyOneOf } from '../../framework/schema/config-validators';
import type { Config, Planned, State } from '../../framework/schema/model';
import { useStateForUnknown } from '../../framework/schema/plan-modifiers';
import { defineSchema } from '../../framework/schema/schema';
import { timeouts } from '../../framework/schema/timeouts';
import { between } from '../../framework/schema/value-validators';
import { NODE, nodeAttributes } from '../node-attributes';
import { ipv4 } from '../validators';

/** How long each operation may take when `timeouts` does not say. */
export const DEFAULT_TIMEOUTS = { create: '1m', read: '1m', update: '1m', delete: '1m' } as const;

const port = between(1, 65535);

export const nodeClusterConfigSchema = defineSchema({
  description:
    'A node’s own settings for its cluster: where it takes heartbeats of the other member, and where it tells a load balancer whether it is active.\n\n' +
    'Which member is active is never written here, so that no apply moves the role (`tg_cluster_active_member` does). A node takes these settings before it ' +
    'is in a cluster too: with another port than 9000, let `tg_cluster_member` depend on this resource. Destroying it switches the node’s part in the ' +
    'cluster off (`enabled = false`): an active member gives its role up. Leaving the cluster resets the settings.',
  validators: [exactlyOneOf(...NODE)],
  attributes: {
    id: stringAttribute({
      presence: 'computed',
      description: 'The node as it is named here.',
      planModifiers: [useStateForUnknown()],
    }),
    ...nodeAttributes(true),
    enabled: boolAttribute({
      presence: 'optional+computed',
      default: true,
      description:
        'Whether the node takes part. A member that does not gives the role up and takes none. Default: `true`.',
    }),
    host: stringAttribute({
      presence: 'optional+computed',
      description:
        'IPv4 address of the node at which it takes heartbeats; the same interface on both members. Without it, the node’s setting stays; a `tg-node` ' +
        'daemon begins with all of its addresses (`0.0.0.0`).',
      validators: [ipv4],
      planModifiers: [useStateForUnknown()],
    }),
    port: integerAttribute({
      presence: 'optional+computed',
      default: 9000,
      description:
        'TCP port for heartbeats. Security groups have to let it through in both directions. Default: `9000`.',
      validators: [port],
    }),
    status_host: stringAttribute({
      presence: 'optional',
      description: 'IPv4 address at which a load balancer may ask whether this node is the healthy active member.',
      validators: [ipv4],
    }),
    status_port: integerAttribute({
      presence: 'optional',
      description: 'TCP port of it: HTTP status 200 on the healthy active member only. Without it nothing is served.',
      validators: [port],
    }),
    timeouts: timeouts(DEFAULT_TIMEOUTS),
  },
});

export type NodeClusterConfigConfig = Config<typeof nodeClusterConfigSchema>;
export type NodeClusterConfigPlan = Planned<typeof nodeClusterConfigSchema>;
export type NodeClusterConfigState = State<typeof nodeClusterConfigSchema>;

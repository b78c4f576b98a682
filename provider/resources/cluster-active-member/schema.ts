import { stringAttribute } from '../../framework/schema/attributes';
import { exactlyOneOf } from '../../framework/schema/config-validators';
import type { Config, Planned, State } from '../../framework/schema/model';
import { requiresReplace, useStateForUnknown } from '../../framework/schema/plan-modifiers';
import { defineSchema } from '../../framework/schema/schema';
import { timeouts } from '../../framework/schema/timeouts';
import { NODE, nodeAttributes, nodeFqdnsAttribute } from '../node-attributes';
import { hostname } from '../validators';

/** How long each operation may take when `timeouts` does not say. */
export const DEFAULT_TIMEOUTS = { create: '2m', read: '1m', update: '2m' } as const;

export const clusterActiveMemberSchema = defineSchema({
  description:
    'Says which member of a cluster is to be the active one. Declare at most one per cluster.\n\n' +
    'The role is moved when the resource is created and when its node changes, and `apply` returns when it has moved, or says why it has not. At no other ' +
    'time: a failover is neither undone by an apply nor shown by a plan, and neither is a move that somebody else ordered. Whether the member takes ' +
    'the role back after a failover is the `mode` of the cluster. Destroying the resource changes nothing: a cluster always has a configured active member. ' +
    'Let it depend on both `tg_cluster_member` resources.',
  validators: [exactlyOneOf(...NODE)],
  attributes: {
    id: stringAttribute({
      presence: 'computed',
      description: 'The FQDN of the cluster.',
      planModifiers: [useStateForUnknown()],
    }),
    cluster_fqdn: stringAttribute({
      presence: 'required',
      description: 'FQDN of the cluster. A change replaces the resource.',
      validators: [hostname],
      planModifiers: [requiresReplace()],
    }),
    ...nodeAttributes(false),
    node_fqdns: nodeFqdnsAttribute(),
    timeouts: timeouts(DEFAULT_TIMEOUTS),
  },
});

export type ClusterActiveMemberConfig = Config<typeof clusterActiveMemberSchema>;
export type ClusterActiveMemberPlan = Planned<typeof clusterActiveMemberSchema>;
export type ClusterActiveMemberState = State<typeof clusterActiveMemberSchema>;

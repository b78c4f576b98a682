import { integerAttribute, stringAttribute } from '../../framework/schema/attributes';
import type { Config, Planned, State } from '../../framework/schema/model';
import { requiresReplace, useStateForUnknown } from '../../framework/schema/plan-modifiers';
import { defineSchema } from '../../framework/schema/schema';
import { timeouts } from '../../framework/schema/timeouts';
import { between, matches, oneOf } from '../../framework/schema/value-validators';
import { nodeFqdnsAttribute } from '../node-attributes';

/** How long each operation may take when `timeouts` does not say. */
export const DEFAULT_TIMEOUTS = { create: '1m', read: '1m', update: '1m', delete: '1m' } as const;

/** What HCL does not name stays as the cluster has it. */
const KEPT = { presence: 'optional+computed', planModifiers: [useStateForUnknown()] } as const;

export const clusterSchema = defineSchema({
  description:
    'A cluster: two gateways of which one is active and holds the cluster IP, and the other takes it over when the first fails.\n\n' +
    'It is made at the first host of the provider that answers; the other member hears of it when it joins ' +
    '(`tg_cluster_member`). With `tg-node` daemons name both in `api_hosts`, so that one that is down is passed over: ' +
    '`api_hosts = ["gw-a.example.com:8443", "gw-b.example.com:8443"]`. Only a cluster without members can be destroyed.',
  attributes: {
    id: stringAttribute({
      presence: 'computed',
      description: 'The same as `fqdn`.',
      planModifiers: [useStateForUnknown()],
    }),
    name: stringAttribute({
      presence: 'required',
      description:
        'Name of the cluster, without the domain: lower-case letters, digits and hyphens. A change replaces the resource.',
      validators: [
        matches(/^(?!-)[a-z0-9-]{1,63}(?<!-)$/, 'a name of lower-case letters, digits and hyphens, at most 63 of them'),
      ],
      planModifiers: [requiresReplace()],
    }),
    fqdn: stringAttribute({
      presence: 'computed',
      description: 'The name with the domain of the organisation behind it.',
      planModifiers: [useStateForUnknown()],
    }),
    mode: stringAttribute({
      ...KEPT,
      description:
        '`autoFailback`: the configured active member takes the role back when it is healthy again. `manualFailback`: the role moves only when its ' +
        'holder fails or another member is configured. A new cluster begins with `autoFailback`.',
      validators: [oneOf('autoFailback', 'manualFailback')],
    }),
    timeout: integerAttribute({
      ...KEPT,
      description:
        'The Cluster Timeout in seconds, 3 to 600: after so much silence of the active member the other one takes over. Changed in place, without ' +
        'a restart. A new cluster begins with 10. Not known to the Trustgrid portal.',
      validators: [between(3, 600)],
    }),
    handover: stringAttribute({
      ...KEPT,
      description:
        'How the address moves when both members are well: `release`, the holder gives it up and then the other one takes it; or `move`, the other ' +
        'one takes it from the holder in one call. A new cluster begins with `release`. Not known to the Trustgrid portal.',
      validators: [oneOf('release', 'move')],
    }),
    node_fqdns: nodeFqdnsAttribute(),
    timeouts: timeouts(DEFAULT_TIMEOUTS),
  },
});

export type ClusterConfig = Config<typeof clusterSchema>;
export type ClusterPlan = Planned<typeof clusterSchema>;
export type ClusterState = State<typeof clusterSchema>;

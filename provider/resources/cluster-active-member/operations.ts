import { attributePath } from '../../framework/cty/path';
import type { Diagnostic } from '../../framework/schema/diagnostic';
import { errorAt, errorOf, warningOf } from '../../framework/schema/diagnostic';
import type { Held, OperationContext, ResourceOperations } from '../../framework/server/resource-definition';
import type { ClusterTarget, NodeTarget } from '../../portal/target';
import { describeTarget } from '../../portal/target';
import type { TgProvider } from '../../tg-provider';
import { claimsPerRun, ONE_VALUE } from '../claims';
import { diagnosticOf, hasKind } from '../diagnose';
import { CLUSTER_FORMS, NODE_FORMS, parseCluster, parseNode } from '../import-names';
import { nameOf, nodeNames, nodeTargetOf, throughNodes } from '../node-attributes';
import type { Reach } from '../within';
import { within } from '../within';
import { promote, uidOf, waitActive } from './promote';
import type { ClusterActiveMemberPlan, ClusterActiveMemberState, clusterActiveMemberSchema } from './schema';
import { DEFAULT_TIMEOUTS } from './schema';

type Schema = typeof clusterActiveMemberSchema;

/** Which member a resource of this run has named. */
const activeClaims = claimsPerRun(ONE_VALUE);

/** `tg_cluster_active_member`. */
export const clusterActiveMemberOperations: ResourceOperations<Schema, TgProvider> = {
  create: ({ planned }, context) => name('create', planned, null, context),
  update: ({ planned, prior }, context) => {
    const sameNode = planned.node_fqdn === prior.node_fqdn && planned.node_id === prior.node_id;
    return sameNode ? Promise.resolve({ state: stateOf(planned) }) : name('update', planned, prior, context);
  },

  // Who is active, and who was configured by somebody else, is left out on purpose: an apply must not undo a failover.
  read: ({ state }, context) =>
    within('read', state.timeouts, DEFAULT_TIMEOUTS, context, async ({ portal, signal }) => {
      const cluster = clusterOf(state);
      try {
        return (await portal.read(cluster, signal)) === null ? { state: null } : { state };
      } catch (error) {
        return { state, diagnostics: [diagnosticOf(error, describeTarget(cluster))] };
      }
    }),

  delete: ({ prior }) => {
    const node = nameOf(nodeOf(prior));
    const why = `The configured active member of cluster ${prior.cluster_fqdn} stays ${node}: a cluster always has one, and to forget it would move nothing.`;
    return Promise.resolve({ state: null, diagnostics: [warningOf('Nothing changed', why)] });
  },

  import: (id, context) => importMember(id, context),
};

function nodeOf(state: Pick<ClusterActiveMemberState, 'node_fqdn' | 'node_id'>): NodeTarget {
  const node = nodeTargetOf(state);
  if (node === null) throw new Error('the resource names no node');
  return node;
}

const clusterOf = ({
  cluster_fqdn,
  node_fqdns,
}: Pick<ClusterActiveMemberState, 'cluster_fqdn' | 'node_fqdns'>): ClusterTarget => ({
  kind: 'cluster',
  fqdn: cluster_fqdn,
  ...throughNodes(node_fqdns),
});

function stateOf(planned: ClusterActiveMemberPlan): ClusterActiveMemberState {
  const known = planned as ClusterActiveMemberState;
  return { ...known, id: known.cluster_fqdn };
}

function name(
  operation: 'create' | 'update',
  planned: ClusterActiveMemberPlan,
  prior: ClusterActiveMemberState | null,
  context: OperationContext<TgProvider>,
): Promise<Held<Schema>> {
  const state = stateOf(planned);
  const cluster = clusterOf(state);
  const node = nodeOf(state);
  const what = describeTarget(cluster);
  return within(operation, state.timeouts, DEFAULT_TIMEOUTS, context, async (reach) => {
    const { portal, signal } = reach;
    let uid: string;
    try {
      uid = await uidOf(reach, cluster, node);
      const claimed = await activeClaims(portal).write(
        await portal.keyOf(cluster, signal),
        uid,
        signal,
        () => promote(reach, cluster, uid),
        (error) => !hasKind(error, 'unknown-outcome'),
      );
      if (claimed.kind === 'contradicted') return { state: prior, diagnostics: [contradicted(what, node)] };
    } catch (error) {
      // What may have been executed counts as written; naming the same member again does no harm.
      return { state: hasKind(error, 'unknown-outcome') ? state : prior, diagnostics: [diagnosticOf(error, what)] };
    }
    try {
      await waitActive(reach, cluster, node, uid);
      return { state };
    } catch (error) {
      return { state, diagnostics: [diagnosticOf(error, what)] };
    }
  });
}

const contradicted = (what: string, node: NodeTarget): Diagnostic =>
  errorAt(
    attributePath(node.kind === 'node-fqdn' ? 'node_fqdn' : 'node_id'),
    'Two active members for one cluster',
    `${what}: another tg_cluster_active_member of this configuration has just named another member than ${nameOf(node)}. Declare one per cluster.`,
  );

/** `CLUSTER/NODE`; what it says must be so, since a later read does not look. */
async function importMember(id: string, context: OperationContext<TgProvider>): Promise<Held<Schema>> {
  const slash = id.indexOf('/');
  const named = slash < 0 ? null : parseCluster(id.slice(0, slash));
  const node = slash < 0 ? null : parseNode(id.slice(slash + 1));
  if (named === null || node === null) {
    const why = `"${id}" is not an import id of tg_cluster_active_member. Write CLUSTER/NODE, such as gateways.example.com/gw-a.example.com. CLUSTER is ${CLUSTER_FORMS}. NODE is ${NODE_FORMS}.`;
    return { state: null, diagnostics: [errorOf('Import id not understood', why)] };
  }
  const state: ClusterActiveMemberState = {
    id: named.fqdn,
    cluster_fqdn: named.fqdn,
    ...nodeNames(node),
    node_fqdns: named.nodeFqdns,
    timeouts: null,
  };
  return within('read', null, DEFAULT_TIMEOUTS, context, async (reach) => {
    try {
      const problem = await otherConfigured(reach, clusterOf(state), node);
      return problem === null ? { state } : { state: null, diagnostics: [problem] };
    } catch (error) {
      return { state: null, diagnostics: [diagnosticOf(error, describeTarget(clusterOf(state)))] };
    }
  });
}

async function otherConfigured(reach: Reach, cluster: ClusterTarget, node: NodeTarget): Promise<Diagnostic | null> {
  const view = await reach.portal.cluster(cluster, reach.signal);
  if (view === null) return null;
  const uid = await uidOf(reach, cluster, node);
  if (view.configuredActive === uid) return null;
  const configured = view.members.find((member) => member.uid === view.configuredActive)?.fqdn ?? view.configuredActive;
  const is =
    configured === null ? 'No member is configured as the active one' : `The configured active member is ${configured}`;
  const why = `${describeTarget(cluster)}: ${is}, not ${nameOf(node)}. Import that one, or create the resource instead to change it.`;
  return errorOf('Not the configured active member', why);
}

import { attributePath, ROOT } from '../../framework/cty/path';
import type { Diagnostic } from '../../framework/schema/diagnostic';
import { errorAt, errorOf, warningOf } from '../../framework/schema/diagnostic';
import type { Held, OperationContext, ResourceOperations } from '../../framework/server/resource-definition';
import type { HeartbeatChange, HeartbeatField, HeartbeatValues } from '../../portal/heartbeat-text';
import { editHeartbeat, HEARTBEAT_FIELD_NAMES, readHeartbeat } from '../../portal/heartbeat-text';
import type { PortalError } from '../../portal/portal-error';
import type { NodeTarget } from '../../portal/target';
import { describeTarget } from '../../portal/target';
import type { TgProvider } from '../../tg-provider';
import { claimsPerRun } from '../claims';
import { diagnosticOf, hasKind } from '../diagnose';
import { NODE_FORMS, parseNode } from '../import-names';
import { isSilence, knownByPeer, silentWarning } from '../known-by-peer';
import { nameOf, nodeNames, nodeTargetOf } from '../node-attributes';
import type { Reach } from '../within';
import { within } from '../within';
import { changeFrom, complete, FIELD_OF, refreshed } from './fields';
import type { NodeClusterConfigPlan, NodeClusterConfigState, nodeClusterConfigSchema } from './schema';
import { DEFAULT_TIMEOUTS } from './schema';

type Schema = typeof nodeClusterConfigSchema;

/** Who wrote which node's settings in this run. */
const settingsClaims = claimsPerRun<HeartbeatChange, HeartbeatField>({
  contradiction: (held, wanted) =>
    HEARTBEAT_FIELD_NAMES.find((f) => held[f] !== undefined && wanted[f] !== undefined && held[f] !== wanted[f]) ??
    null,
  merge: (held, wanted) => ({ ...held, ...wanted }),
});

/** `tg_node_cluster_config`. */
export const nodeClusterConfigOperations: ResourceOperations<Schema, TgProvider> = {
  create: ({ planned }, context) => write('create', planned, null, context),
  update: ({ planned, prior }, context) => write('update', planned, prior, context),

  read: ({ state }, context) =>
    within('read', state.timeouts, DEFAULT_TIMEOUTS, context, async (reach) => {
      const node = nodeOf(state);
      try {
        const document = await reach.portal.read(node, reach.signal);
        if (document === null) return { state: null };
        return { state: refreshed(state, readHeartbeat(document.heartbeat)) };
      } catch (error) {
        return await throughPeer(reach, node, state, error);
      }
    }),

  delete: ({ prior }, context) =>
    within('delete', prior.timeouts, DEFAULT_TIMEOUTS, context, async (reach) => {
      const node = nodeOf(prior);
      try {
        return { state: null, diagnostics: await switchOff(reach, node) };
      } catch (error) {
        if (hasKind(error, 'not-found')) return { state: null };
        return { state: prior, diagnostics: [diagnosticOf(error, describeTarget(node))] };
      }
    }),

  import: (id) => {
    const node = parseNode(id);
    if (node === null) {
      const why = `"${id}" is not an import id of tg_node_cluster_config. Write ${NODE_FORMS}.`;
      return Promise.resolve({ state: null, diagnostics: [errorOf('Import id not understood', why)] });
    }
    const nothing = { enabled: null, host: null, port: null, status_host: null, status_port: null, timeouts: null };
    return Promise.resolve({ state: { id: nameOf(node), ...nodeNames(node), ...nothing } });
  },
};

function nodeOf(state: Pick<NodeClusterConfigState, 'node_fqdn' | 'node_id'>): NodeTarget {
  const node = nodeTargetOf(state);
  if (node === null) throw new Error('the resource names no node');
  return node;
}

function write(
  operation: 'create' | 'update',
  planned: NodeClusterConfigPlan,
  prior: NodeClusterConfigState | null,
  context: OperationContext<TgProvider>,
): Promise<Held<Schema>> {
  const wanted = planned as NodeClusterConfigState;
  const node = nodeOf(wanted);
  const what = describeTarget(node);
  const change = changeFrom(planned);
  return within(operation, wanted.timeouts, DEFAULT_TIMEOUTS, context, async ({ portal, signal }) => {
    let last: HeartbeatValues | null = null;
    const edit = (text: string): { text: string; result: HeartbeatValues } => {
      const edited = editHeartbeat(text, change);
      last = readHeartbeat(edited);
      return { text: edited, result: last };
    };
    const failed = (diagnostic: Diagnostic, inForce: HeartbeatValues | null): Held<Schema> => ({
      state: inForce === null ? prior : complete(planned, nameOf(node), inForce),
      diagnostics: [diagnostic],
    });
    try {
      const claimed = await settingsClaims(portal).write(
        await portal.keyOf(node, signal),
        change,
        signal,
        () => portal.write(node, edit, signal, 'cluster'),
        (error) => !hasKind(error, 'unknown-outcome'),
      );
      if (claimed.kind === 'contradicted') return failed(contradicted(what, claimed.by), null);
      return { state: complete(planned, nameOf(node), claimed.result.result) };
    } catch (error) {
      // What may have been executed counts as written; the next refresh tells.
      return failed(diagnosticOf(error, what, pathOf), hasKind(error, 'unknown-outcome') ? last : null);
    }
  });
}

const attributeOf = (field: HeartbeatField): string =>
  Object.entries(FIELD_OF).find(([, name]) => name === field)?.[0] ?? field;

/** A single sentence that begins with a field's name is shown beside that attribute. */
function pathOf({ kind, sentences }: PortalError) {
  const [only, another] = sentences;
  const field = HEARTBEAT_FIELD_NAMES.find((name) => only?.startsWith(`${name} `) === true);
  return kind === 'refused' && another === undefined && field !== undefined ? attributePath(attributeOf(field)) : ROOT;
}

const contradicted = (what: string, field: HeartbeatField): Diagnostic =>
  errorAt(
    attributePath(attributeOf(field)),
    'Two resources for one node',
    `${what}: another tg_node_cluster_config of this configuration has just set ${attributeOf(field)} to something else. Nothing was written. Manage one node in one resource.`,
  );

/** What the other member knows of a node that does not answer. */
async function throughPeer(
  reach: Reach,
  node: NodeTarget,
  state: NodeClusterConfigState,
  error: unknown,
): Promise<Held<Schema>> {
  if (isSilence(error)) {
    const known = await knownByPeer(reach, node, null);
    if (known !== null) {
      const now =
        known.heartbeat === undefined ? state : refreshed(state, readHeartbeat(JSON.stringify(known.heartbeat)));
      return { state: now, diagnostics: [silentWarning(node, known.cluster, error)] };
    }
  }
  return { state, diagnostics: [diagnosticOf(error, describeTarget(node))] };
}

/** There is no way to take the settings away; the node's part in the cluster is switched off, as long as it is in one. */
async function switchOff({ portal, signal }: Reach, node: NodeTarget): Promise<Diagnostic[]> {
  const key = await portal.keyOf(node, signal);
  const released = await settingsClaims(portal).release(key, signal, async () => {
    const document = await portal.readFresh(node, signal);
    if (document?.cluster == null) return true;
    const edit = (text: string) => ({ text: editHeartbeat(text, { enabled: false }), result: null });
    await portal.write(node, edit, signal, 'cluster');
    return true;
  });
  if (released !== null) return [];
  const why = `${describeTarget(node)}: another tg_node_cluster_config of the same apply has written its settings (a replacement that was created first, or the same node under another name), so they were left as they are.`;
  return [warningOf('Nothing released', why)];
}

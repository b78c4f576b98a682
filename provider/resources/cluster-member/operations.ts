import { isUnknown } from '../../framework/cty/unknown';
import type { Diagnostic } from '../../framework/schema/diagnostic';
import { errorAt, errorOf, warningOf } from '../../framework/schema/diagnostic';
import { attributePath } from '../../framework/cty/path';
import type { Held, OperationContext, ResourceOperations } from '../../framework/server/resource-definition';
import type { TargetDocument } from '../../portal/document';
import type { Portal } from '../../portal/portal';
import { backoffMs } from '../../portal/retry';
import { sleep } from '../../portal/sleep';
import type { NodeTarget } from '../../portal/target';
import { describeTarget } from '../../portal/target';
import type { TgProvider } from '../../tg-provider';
import { claimsPerRun, ONE_VALUE } from '../claims';
import { diagnosticOf, hasKind } from '../diagnose';
import { NODE_FORMS, parseNode } from '../import-names';
import { isSilence, knownByPeer, silentWarning } from '../known-by-peer';
import { nameOf, nodeNames, nodeTargetOf } from '../node-attributes';
import type { Reach } from '../within';
import { Turns } from '../turns';
import { untaintAdvice } from '../untaint-advice';
import { within } from '../within';
import { noteJoined, noteLeft } from './joined';
import { waitJoined } from './join';
import type { ClusterMemberConfig, ClusterMemberPlan, ClusterMemberState, clusterMemberSchema } from './schema';
import { DEFAULT_TIMEOUTS, HEARTBEAT_PORT } from './schema';

type Schema = typeof clusterMemberSchema;

const taken = untaintAdvice('take the node out of the cluster and put it in again');

/** Who put which node where in this run. */
const memberClaims = claimsPerRun(ONE_VALUE);

/** `tg_cluster_member`. */
export const clusterMemberOperations: ResourceOperations<Schema, TgProvider> = {
  create: (request, context) => put('create', { ...request, prior: null }, context),
  update: (request, context) => put('update', request, context),

  read: ({ state }, context) =>
    within('read', state.timeouts, DEFAULT_TIMEOUTS, context, async (reach) => {
      const node = nodeOf(state);
      try {
        const document = await reach.portal.read(node, reach.signal);
        if (document?.cluster == null) return { state: null };
        return { state: refreshed(state, document) };
      } catch (error) {
        if (isSilence(error)) {
          const known = await knownByPeer(reach, node, state.cluster_fqdn === '' ? null : state.cluster_fqdn);
          if (known !== null) {
            const member = { ...state, cluster_fqdn: state.cluster_fqdn === '' ? known.cluster : state.cluster_fqdn };
            return { state: member, diagnostics: [silentWarning(node, known.cluster, error)] };
          }
        }
        return { state, diagnostics: [diagnosticOf(error, describeTarget(node))] };
      }
    }),

  delete: ({ prior }, context) =>
    within('delete', prior.timeouts, DEFAULT_TIMEOUTS, context, async (reach) => {
      const node = nodeOf(prior);
      try {
        return { state: null, diagnostics: await leave(reach, node, prior.cluster_fqdn) };
      } catch (error) {
        if (hasKind(error, 'not-found')) return { state: null };
        return { state: prior, diagnostics: [diagnosticOf(error, describeTarget(node))] };
      }
    }),

  import: (id) => {
    const node = parseNode(id);
    if (node === null) {
      const why = `"${id}" is not an import id of tg_cluster_member. Write ${NODE_FORMS}.`;
      return Promise.resolve({ state: null, diagnostics: [errorOf('Import id not understood', why)] });
    }
    return Promise.resolve({
      state: {
        id: nameOf(node),
        cluster_fqdn: '',
        ...nodeNames(node),
        peer_host: null,
        peer_port: null,
        cluster_key: null,
        cluster_key_version: null,
        active: null,
        timeouts: null,
      },
    });
  },
};

function nodeOf(state: Pick<ClusterMemberState, 'node_fqdn' | 'node_id'>): NodeTarget {
  const node = nodeTargetOf(state);
  if (node === null) throw new Error('the resource names no node');
  return node;
}

interface Change {
  readonly config: ClusterMemberConfig;
  readonly planned: ClusterMemberPlan;
  readonly prior: ClusterMemberState | null;
}

/** Puts the node into the cluster, or changes how it looks for its peer there. */
function put(
  operation: 'create' | 'update',
  { config, planned, prior }: Change,
  context: OperationContext<TgProvider>,
): Promise<Held<Schema>> {
  const wanted = planned as ClusterMemberState;
  const { cluster_fqdn: clusterFqdn } = wanted;
  const node = nodeOf(wanted);
  const what = describeTarget(node);
  return within(operation, wanted.timeouts, DEFAULT_TIMEOUTS, context, async (reach) => {
    const { portal, signal } = reach;
    const failed = (error: unknown, state: ClusterMemberState | null): Held<Schema> => ({
      state,
      diagnostics: [diagnosticOf(error, what)],
    });
    try {
      const key = await portal.keyOf(node, signal);
      if (prior === null) {
        const elsewhere = await otherCluster(reach, node, clusterFqdn);
        if (elsewhere !== null) return { state: null, diagnostics: [elsewhere] };
      }
      const claimed = await memberClaims(portal).write(
        key,
        clusterFqdn,
        signal,
        () => join(reach, node, clusterFqdn, config),
        (error) => !hasKind(error, 'unknown-outcome'),
      );
      if (claimed.kind === 'contradicted') return { state: prior, diagnostics: [inTwo(what, claimed.by, clusterFqdn)] };
      const joined = noteJoined(portal, clusterFqdn, key);
      try {
        await waitJoined(reach, node, clusterFqdn, joined);
      } catch (error) {
        const { state, diagnostics = [] } = failed(error, complete(planned, node, await readQuietly(reach, node)));
        return { state, diagnostics: prior === null ? diagnostics.map(taken) : diagnostics };
      }
      return { state: complete(planned, node, await readQuietly(reach, node)) };
    } catch (error) {
      // What may have been executed counts as written; the next refresh tells.
      return failed(error, hasKind(error, 'unknown-outcome') ? complete(planned, node, null) : prior);
    }
  });
}

async function join(
  { portal, signal }: Reach,
  node: NodeTarget,
  clusterFqdn: string,
  config: ClusterMemberConfig,
): Promise<void> {
  const { cluster_key: key, peer_host: host, peer_port: port } = config as ClusterMemberState;
  const body = JSON.stringify({
    cluster: clusterFqdn,
    ...(key !== null && { clusterKey: key }),
    ...(host !== null && { peer: { host, port: port ?? HEARTBEAT_PORT } }),
  });
  const { path, names } = await portal.locate(node, signal);
  try {
    await portal.call(names, { method: 'PUT', path, body, secrets: key === null ? [] : [key] }, signal);
  } catch (error) {
    if (!hasKind(error, 'unknown-outcome') || signal.aborted) throw error;
    if ((await portal.readFresh(node, signal))?.cluster !== clusterFqdn) throw error;
  }
}

/** Nobody means to take a node out of a working cluster by naming it in another. */
async function otherCluster(
  { portal, signal }: Reach,
  node: NodeTarget,
  clusterFqdn: string,
): Promise<Diagnostic | null> {
  const document = await portal.readFresh(node, signal);
  const current = document?.cluster ?? null;
  if (current === null || current.toLowerCase() === clusterFqdn.toLowerCase()) return null;
  const why = `${describeTarget(node)} is in the cluster ${current}, so it was not put into ${clusterFqdn}. Take it out there first: destroy its tg_cluster_member, or run \`tg-node leave\` on it.`;
  return errorAt(attributePath('cluster_fqdn'), 'Node is in another cluster', why);
}

const inTwo = (what: string, held: string, wanted: string): Diagnostic =>
  errorAt(
    attributePath('cluster_fqdn'),
    'Two resources for one node',
    `${what}: another tg_cluster_member of this configuration has just put it into ${held}, and this one wants ${wanted}. A node is in one cluster only.`,
  );

/** Members of one cluster leave one after the other: each hands over to the other first, if it holds the addresses. */
const leaving = new WeakMap<Portal, Turns>();

function leavingOf(portal: Portal): Turns {
  let turns = leaving.get(portal);
  if (turns === undefined) leaving.set(portal, (turns = new Turns()));
  return turns;
}

/** Takes the node out, unless it is out already or somebody put it elsewhere. */
async function leave(reach: Reach, node: NodeTarget, clusterFqdn: string): Promise<Diagnostic[]> {
  const { portal, signal } = reach;
  const turn = clusterFqdn.toLowerCase();
  return leavingOf(portal).take(turn, signal, () => leaveNow(reach, node, clusterFqdn));
}

async function leaveNow(reach: Reach, node: NodeTarget, clusterFqdn: string): Promise<Diagnostic[]> {
  const { portal, signal } = reach;
  const key = await portal.keyOf(node, signal);
  const released = await memberClaims(portal).release(key, signal, async () => {
    noteLeft(portal, clusterFqdn, key);
    if (!(await isIn(reach, node, clusterFqdn))) return true;
    const { path, names } = await portal.locate(node, signal);
    try {
      await portal.call(names, { method: 'PUT', path, body: '{"cluster":null}' }, signal);
    } catch (error) {
      if (!hasKind(error, 'unknown-outcome') || signal.aborted) throw error;
      if (!(await getsOut(reach, node, clusterFqdn))) throw error;
    }
    return true;
  });
  if (released !== null) return [];
  const why = `${describeTarget(node)}: another tg_cluster_member of the same apply has put it into ${clusterFqdn} (a replacement that was created first, or the same member under another name), so it stays there.`;
  return [warningOf('Nothing released', why)];
}

/** How long a node may take to leave after a request whose answer was lost: it hands over first, and that may cut the way of the answer. */
const LEAVING_MS = 30_000;

async function getsOut(reach: Reach, node: NodeTarget, clusterFqdn: string): Promise<boolean> {
  const { portal, signal } = reach;
  const until = Date.now() + LEAVING_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      if (!(await isIn(reach, node, clusterFqdn))) return true;
    } catch (error) {
      if (!isSilence(error)) throw error;
    }
    const wait = backoffMs(Math.min(attempt, 3), portal.retryFirst, portal.retryMost, Math.random);
    if (Date.now() + wait > until) return false;
    await sleep(wait, signal);
  }
}

async function isIn({ portal, signal }: Reach, node: NodeTarget, clusterFqdn: string): Promise<boolean> {
  const document = await portal.readFresh(node, signal);
  return document?.cluster?.toLowerCase() === clusterFqdn.toLowerCase();
}

/** The node for what the plan left open; null when it does not answer just now. */
async function readQuietly({ portal, signal }: Reach, node: NodeTarget): Promise<TargetDocument | null> {
  try {
    return await portal.readFresh(node, signal);
  } catch (error) {
    if (isSilence(error) || hasKind(error, 'aborted')) return null;
    throw error;
  }
}

/** The planned state with what was left open filled in. */
function complete(planned: ClusterMemberPlan, node: NodeTarget, document: TargetDocument | null): ClusterMemberState {
  const peer = peerIn(document);
  const host = isUnknown(planned.peer_host) ? (peer?.host ?? null) : planned.peer_host;
  const port = isUnknown(planned.peer_port)
    ? (peer?.port ?? (host === null ? null : HEARTBEAT_PORT))
    : planned.peer_port;
  return { ...planned, id: nameOf(node), peer_host: host, peer_port: port, active: null } as ClusterMemberState;
}

function refreshed(state: ClusterMemberState, document: TargetDocument): ClusterMemberState {
  const peer = peerIn(document);
  const cluster = document.cluster ?? state.cluster_fqdn;
  return {
    ...state,
    id: nameOf(nodeOf(state)),
    cluster_fqdn: cluster.toLowerCase() === state.cluster_fqdn.toLowerCase() ? state.cluster_fqdn : cluster,
    ...(peer !== null && { peer_host: peer.host, peer_port: peer.port }),
  };
}

/** Where the node was told to look for its peer (ours); null when the server does not tell. */
function peerIn(document: TargetDocument | null): { readonly host: string; readonly port: number } | null {
  const peer = document?.fields.peer as { host?: unknown; port?: unknown } | null | undefined;
  return typeof peer?.host === 'string' && typeof peer.port === 'number' ? { host: peer.host, port: peer.port } : null;
}

import type { ClusterView } from '../../portal/answer';
import { NO_PAYLOAD } from '../../portal/client';
import { abortedError, PortalError } from '../../portal/portal-error';
import { backoffMs } from '../../portal/retry';
import { sleep } from '../../portal/sleep';
import type { ClusterTarget, NodeTarget } from '../../portal/target';
import { describeTarget } from '../../portal/target';
import { hasKind } from '../diagnose';
import { nameOf } from '../node-attributes';
import type { Reach } from '../within';

/** The node's uid: of the cluster's members by name, so that a node that is down is found too, else of the node. */
export async function uidOf({ portal, signal }: Reach, cluster: ClusterTarget, node: NodeTarget): Promise<string> {
  if (node.kind === 'node-id') return node.uid;
  const view = await portal.cluster(cluster, signal);
  const member = view?.members.find(({ fqdn }) => fqdn.toLowerCase() === node.fqdn.toLowerCase());
  if (member !== undefined) return member.uid;
  const { uid } = await portal.locate(node, signal);
  if (uid === null)
    throw new PortalError('protocol', `The answer for ${describeTarget(node)} has no "uid". Check api_host.`);
  return uid;
}

/** Names the configured active member. */
export async function promote({ portal, signal }: Reach, cluster: ClusterTarget, uid: string): Promise<void> {
  const { path, names } = await portal.locate(cluster, signal);
  try {
    const to = `${path}/active/${encodeURIComponent(uid)}`;
    await portal.call(names, { method: 'PUT', path: to, body: NO_PAYLOAD }, signal);
  } catch (error) {
    if (!hasKind(error, 'unknown-outcome') || signal.aborted) throw error;
    const view = await portal.cluster(cluster, signal);
    if (view?.configuredActive !== uid) throw error;
  }
}

/**
 * Waits until the member holds the role. A server that cannot tell is not waited for.
 * @throws PortalError `pending` when `signal` aborts first, with what the cluster says.
 */
export async function waitActive(
  { portal, signal }: Reach,
  cluster: ClusterTarget,
  node: NodeTarget,
  uid: string,
): Promise<void> {
  let last = 'The cluster has not said anything yet.';
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        const view = await portal.cluster(cluster, signal);
        if (view === null || view.actualActive === uid) return;
        last = whyNot(view, uid);
      } catch (error) {
        if (!(error instanceof PortalError) || (error.kind !== 'unreachable' && error.kind !== 'server')) throw error;
        last = error.message;
      }
      await sleep(backoffMs(Math.min(attempt, 3), portal.retryFirst, portal.retryMost, Math.random), signal);
    }
  } catch (error) {
    if (!signal.aborted || !(error instanceof PortalError) || error.kind !== 'aborted') throw error;
    const why = `${nameOf(node)} is the configured active member of ${cluster.fqdn} now, but has not taken the role yet (${abortedError(signal).message}). It takes it as soon as it can.\n${last}`;
    throw new PortalError('pending', why, [], { cause: error });
  }
}

function whyNot(view: ClusterView, uid: string): string {
  const name = (of: string | null): string =>
    of === null ? 'nobody' : (view.members.find((member) => member.uid === of)?.fqdn ?? of);
  const member = view.members.find((one) => one.uid === uid);
  const told = [
    `The role is held by ${name(view.actualActive)}.`,
    ...(view.configuredActive === uid ? [] : [`Somebody else has configured ${name(view.configuredActive)} since.`]),
    ...(member === undefined ? ['It is not listed as a member.'] : []),
    ...(member?.reachable === false ? ['It is not heard by the other member.'] : []),
    ...(member?.fitness?.enabled === false ? ['It is disabled (tg_node_cluster_config).'] : []),
    ...(member?.fitness?.problems ?? []),
    ...view.problems,
  ];
  return [...new Set(told)].join('\n');
}

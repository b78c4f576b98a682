import type { ClusterView } from '../../portal/answer';
import { abortedError, PortalError } from '../../portal/portal-error';
import { backoffMs } from '../../portal/retry';
import { sleep } from '../../portal/sleep';
import type { NodeTarget } from '../../portal/target';
import { describeTarget } from '../../portal/target';
import type { Reach } from '../within';
import type { Joined } from './joined';

/**
 * Waits until the node reports that it is in the cluster and, once another member has joined (told by the node, or put in by this very
 * run), that the two hear each other. A server that cannot tell is not waited for.
 * @throws PortalError `pending` when `signal` aborts first, with what the node says.
 */
export async function waitJoined(reach: Reach, node: NodeTarget, clusterFqdn: string, joined: Joined): Promise<void> {
  const { portal, signal } = reach;
  let last = 'The node has not said anything yet.';
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        const view = await portal.membership(node, signal);
        if (view === 'not-told') return;
        const missing = missingOf(view, clusterFqdn, joined);
        if (missing === null) return;
        last = missing;
      } catch (error) {
        if (!(error instanceof PortalError) || (error.kind !== 'unreachable' && error.kind !== 'server')) throw error;
        last = error.message;
      }
      await sleep(backoffMs(Math.min(attempt, 4), portal.retryFirst, portal.retryMost, Math.random), signal);
    }
  } catch (error) {
    if (!signal.aborted || !(error instanceof PortalError) || error.kind !== 'aborted') throw error;
    const why = `${describeTarget(node)} took the change, but is not settled in ${clusterFqdn} yet (${abortedError(signal).message}). It goes on trying.\n${last}`;
    throw new PortalError('pending', why, [], { cause: error });
  }
}

/** What is still missing, in a sentence; null when nothing is. */
function missingOf(view: ClusterView | null, clusterFqdn: string, joined: Joined): string | null {
  if (view === null) return 'It reports no cluster.';
  if (view.fqdn.toLowerCase() !== clusterFqdn.toLowerCase()) return `It reports that it is in ${view.fqdn}.`;
  const others = view.members.filter((member) => !member.self);
  if (others.some(({ reachable }) => reachable)) return null;
  if (others.length === 0 && !joined.hasOther()) return null;
  const whom = others.map(({ fqdn, endpoint }) =>
    endpoint === null ? fqdn : `${fqdn} (${endpoint.host}:${endpoint.port})`,
  );
  const unheard =
    others.length === 0
      ? 'It has not heard of the other member yet.'
      : `It and ${whom.join(', ')} do not hear each other.`;
  const advice =
    'Check peer_host and peer_port, that both have the same cluster_key, and that TCP is let through in both directions.';
  return [unheard, ...view.problems, advice].join('\n');
}

import type { Diagnostic } from '../framework/schema/diagnostic';
import { warningOf } from '../framework/schema/diagnostic';
import { PortalError } from '../portal/portal-error';
import type { NodeTarget, TargetNames } from '../portal/target';
import { nameOf } from './node-attributes';
import type { Reach } from './within';

/** A node as another member of its cluster knows it. */
export interface KnownNode {
  readonly uid: string;
  readonly fqdn: string | null;
  /** `config.cluster` of the node; undefined when the member does not tell. */
  readonly heartbeat: Readonly<Record<string, unknown>> | undefined;
}

/**
 * A node that does not answer, as the other member of its cluster lists it; null when nobody could say. A member that is down must not stop
 * a plan: its peer has a copy of what concerns the cluster. `clusterFqdn` null: whichever cluster the hosts that answer are in.
 */
export async function knownByPeer(
  reach: Reach,
  node: NodeTarget,
  clusterFqdn: string | null,
): Promise<(KnownNode & { readonly cluster: string }) | null> {
  const clusters = clusterFqdn === null ? await clustersHere(reach) : [clusterFqdn];
  for (const cluster of clusters) {
    // A host in no cluster, or in another one, lists nobody.
    const members = (
      await list(reach, `/node?cluster=${encodeURIComponent(cluster)}`, { cluster_fqdn: cluster })
    ).flatMap(knownNode);
    const known = members.find((member) => isSame(node, member));
    if (known !== undefined) return { ...known, cluster };
  }
  return null;
}

async function clustersHere(reach: Reach): Promise<string[]> {
  const clusters = (await list(reach, '/node', {})).map(({ cluster }) => cluster);
  return [...new Set(clusters.filter((cluster) => typeof cluster === 'string' && cluster !== ''))] as string[];
}

async function list(
  { portal, signal }: Reach,
  path: string,
  names: TargetNames,
): Promise<Readonly<Record<string, unknown>>[]> {
  try {
    const answer = await portal.call(names, { method: 'GET', path }, signal);
    const entries: unknown = JSON.parse(answer.body);
    return Array.isArray(entries) ? entries.filter(isRecord) : [];
  } catch (error) {
    if (error instanceof PortalError || error instanceof SyntaxError) return [];
    throw error;
  }
}

const isSame = (node: NodeTarget, known: KnownNode): boolean =>
  node.kind === 'node-id' ? known.uid === node.uid : known.fqdn?.toLowerCase() === node.fqdn.toLowerCase();

/** Whether a failed read means that the node itself does not answer. */
export const isSilence = (error: unknown): error is PortalError =>
  error instanceof PortalError && (error.kind === 'unreachable' || error.kind === 'server');

export const silentWarning = (node: NodeTarget, clusterFqdn: string, error: PortalError): Diagnostic =>
  warningOf(
    'Node not reachable',
    `node ${nameOf(node)} does not answer, so what the other member of ${clusterFqdn} knows of it was taken instead. ${error.message}`,
  );

function knownNode(entry: Readonly<Record<string, unknown>>): KnownNode[] {
  const { uid, fqdn, config } = entry;
  if (typeof uid !== 'string') return [];
  const heartbeat = isRecord(config) && isRecord(config.cluster) ? config.cluster : undefined;
  return [{ uid, fqdn: typeof fqdn === 'string' ? fqdn : null, heartbeat }];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

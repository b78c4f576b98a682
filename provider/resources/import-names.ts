import type { NodeTarget } from '../portal/target';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** How a node is written in an import id, for messages. */
export const NODE_FORMS =
  'the FQDN of the node, such as gw-a.example.com, or node_id:UID (a bare UUID is a node_id too)';

/** A node in an import id; null when the text is none. */
export function parseNode(text: string): NodeTarget | null {
  const match = /^(?:(node_fqdn|node_id):)?([^\s/:@,]+)$/.exec(text);
  if (match === null) return null;
  const [, kind, name = ''] = match;
  return (kind ?? (UUID.test(name) ? 'node_id' : 'node_fqdn')) === 'node_id'
    ? { kind: 'node-id', uid: name }
    : { kind: 'node-fqdn', fqdn: name };
}

/** A cluster in an import id. */
export interface NamedCluster {
  readonly fqdn: string;
  readonly nodeFqdns: readonly string[] | null;
}

/** How a cluster is written in an import id, for messages. */
export const CLUSTER_FORMS =
  'the FQDN of the cluster, such as gateways.example.com, with the nodes behind an @ if it is reached through node_fqdns: ' +
  'gateways.example.com@gw-a.example.com,gw-b.example.com';

/** A cluster in an import id; null when the text is none. */
export function parseCluster(text: string): NamedCluster | null {
  const match = /^([^\s/:@,]+)(?:@([^\s/:@,]+(?:,[^\s/:@,]+)*))?$/.exec(text);
  if (match === null) return null;
  const [, fqdn = '', nodes] = match;
  return { fqdn, nodeFqdns: nodes?.split(',') ?? null };
}

import type { Target } from '../../portal/target';
import { parseCluster } from '../import-names';
import { throughNodes } from '../node-attributes';

/** What an import id names. */
export interface ImportId {
  readonly target: Target;
  readonly nic: string;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** How import ids are written, for messages and documentation. */
export const IMPORT_ID_FORMS =
  'NODE_FQDN/NIC, or node_id:UID/NIC, or cluster_fqdn:FQDN/NIC, such as gw-a.example.com/eth1 (a bare UUID in front of the slash is a node_id, and nodes of node_fqdns follow the cluster behind an @: cluster_fqdn:FQDN@NODE,NODE/NIC)';

/** Reads an import id; null when it is none. */
export function parseImportId(text: string): ImportId | null {
  const match = /^(?:(node_fqdn|node_id|cluster_fqdn):)?([^\s/:]+)\/([^\s/:]{1,15})$/.exec(text);
  if (match === null) return null;
  const [, kind, name = '', nic = ''] = match;
  switch (kind ?? (UUID.test(name) ? 'node_id' : 'node_fqdn')) {
    case 'node_id':
      return { target: { kind: 'node-id', uid: name }, nic };
    case 'cluster_fqdn':
      return clusterInterface(name, nic);
    default:
      return { target: { kind: 'node-fqdn', fqdn: name }, nic };
  }
}

function clusterInterface(name: string, nic: string): ImportId | null {
  const cluster = parseCluster(name);
  if (cluster === null) return null;
  return { target: { kind: 'cluster', fqdn: cluster.fqdn, ...throughNodes(cluster.nodeFqdns) }, nic };
}

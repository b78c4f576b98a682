import { isUnknown } from '../../framework/cty/unknown';
import { throughNodes } from '../node-attributes';
import type { Target } from '../../portal/target';
import type { NodeInterfacePlan } from './schema';

/** Whose interface it is; null when that is not known yet. */
export function targetOf({
  node_fqdn,
  node_id,
  cluster_fqdn,
  node_fqdns,
}: Pick<NodeInterfacePlan, 'node_fqdn' | 'node_id' | 'cluster_fqdn' | 'node_fqdns'>): Target | null {
  if (isUnknown(node_fqdn) || isUnknown(node_id) || isUnknown(cluster_fqdn)) return null;
  if (node_fqdn !== null) return { kind: 'node-fqdn', fqdn: node_fqdn };
  if (node_id !== null) return { kind: 'node-id', uid: node_id };
  if (cluster_fqdn === null || isUnknown(node_fqdns) || node_fqdns?.some(isUnknown) === true) return null;
  return { kind: 'cluster', fqdn: cluster_fqdn, ...throughNodes(node_fqdns as readonly string[] | null) };
}

/** The resource's `id`. */
export function idOf(target: Target, nic: string): string {
  return `${target.kind === 'node-id' ? target.uid : target.fqdn}:${nic}`;
}

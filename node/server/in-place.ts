import type { ClusterStatus } from '@tg/api';
import { entryOf } from '../store/config-state';
import type { ApiContext } from './context';

/**
 * Why what is stored for the NIC is not in place right now at the member that holds the addresses (a node in no cluster:
 * at itself), as far as this node knows; null when nothing says so.
 */
export function notInPlace(node: ApiContext, nic: string): string | null {
  const cluster = node.cluster?.status() ?? null;
  if (cluster === null || cluster.actualActive === node.uid) return failingHere(node, nic);
  const address = entryOf(node.store.current().config, nic)?.clusterIP;
  return address ? missingAtHolder(cluster, nic, address) : null;
}

function failingHere(node: ApiContext, nic: string): string | null {
  const live = node.status().interfaces.find((one) => one.nic === nic);
  if (live?.state !== 'failing') return null;
  return live.problem?.message ?? `${live.clusterIP ?? 'what was released'} is not as wanted on ${nic}.`;
}

function missingAtHolder({ members, actualActive }: ClusterStatus, nic: string, address: string): string | null {
  const holder = members.find(({ uid }) => uid === actualActive);
  const self = members.find((member) => member.self)?.fqdn ?? 'this node';
  if (!holder?.reachable) {
    return `${address} on ${nic}: ${self} stands by and hears of no member that holds the cluster's addresses; what is stored here takes effect when a member that has it becomes active.`;
  }
  const held = holder.addresses.find((one) => one.nic === nic && one.address === address);
  if (held === undefined)
    return `${holder.fqdn} holds the cluster's addresses, and has not said yet that it knows of ${address} on ${nic}.`;
  if (held.eni !== 'assigned')
    return `${address} is not on the ENI of ${nic} at ${holder.fqdn}, which holds the cluster's addresses.`;
  if (held.os !== 'bound' && held.os !== 'dry-run') {
    return `${address} is not bound on ${nic} at ${holder.fqdn}, which holds the cluster's addresses.`;
  }
  return null;
}

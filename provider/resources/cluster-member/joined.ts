import type { Portal } from '../../portal/portal';

/** Whether this run has put other nodes into the cluster too. */
export interface Joined {
  hasOther(): boolean;
}

const ofPortal = new WeakMap<Portal, Map<string, Set<string>>>();

const membersOf = (portal: Portal, clusterFqdn: string): Set<string> => {
  let clusters = ofPortal.get(portal);
  if (clusters === undefined) ofPortal.set(portal, (clusters = new Map<string, Set<string>>()));
  const key = clusterFqdn.toLowerCase();
  let members = clusters.get(key);
  if (members === undefined) clusters.set(key, (members = new Set()));
  return members;
};

/** Remembers that the node was put into the cluster by this run of Terraform. */
export function noteJoined(portal: Portal, clusterFqdn: string, nodeKey: string): Joined {
  const members = membersOf(portal, clusterFqdn).add(nodeKey);
  return { hasOther: () => [...members].some((key) => key !== nodeKey) };
}

export function noteLeft(portal: Portal, clusterFqdn: string, nodeKey: string): void {
  membersOf(portal, clusterFqdn).delete(nodeKey);
}

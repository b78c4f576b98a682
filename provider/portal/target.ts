/** The node or cluster that is meant, as the resource names it. */
export type Target =
  | { readonly kind: 'node-fqdn'; readonly fqdn: string }
  | { readonly kind: 'node-id'; readonly uid: string }
  /** `through`: FQDNs of nodes that a host template may stand for. */
  | { readonly kind: 'cluster'; readonly fqdn: string; readonly through?: readonly string[] };

export type NodeTarget = Exclude<Target, { kind: 'cluster' }>;
export type ClusterTarget = Extract<Target, { kind: 'cluster' }>;

/** The target in a sentence: `node gw-a.example.com`. */
export function describeTarget(target: Target): string {
  switch (target.kind) {
    case 'node-fqdn':
      return `node ${target.fqdn}`;
    case 'node-id':
      return `node ${target.uid}`;
    case 'cluster':
      return `cluster ${target.fqdn}`;
  }
}

/** Where the target is read, below the API's root. */
export function readPath(target: Target): string {
  switch (target.kind) {
    case 'node-fqdn':
      return `/node/by-fqdn/${encodeURIComponent(target.fqdn)}`;
    case 'node-id':
      return `/node/${encodeURIComponent(target.uid)}`;
    case 'cluster':
      return `/cluster/${encodeURIComponent(target.fqdn)}`;
  }
}

/** What is known of a target's names; a host template may ask for any of them. */
export interface TargetNames {
  readonly node_fqdn?: string;
  readonly node_id?: string;
  readonly cluster_fqdn?: string;
  /** Nodes through which a cluster can be reached: `{node_fqdn}` stands for each of them in turn. */
  readonly nodes?: readonly string[];
}

/** The names that the resource itself gives. */
export function namesOf(target: Target): TargetNames {
  switch (target.kind) {
    case 'node-fqdn':
      return { node_fqdn: target.fqdn };
    case 'node-id':
      return { node_id: target.uid };
    case 'cluster':
      return { cluster_fqdn: target.fqdn, ...(target.through !== undefined && { nodes: target.through }) };
  }
}

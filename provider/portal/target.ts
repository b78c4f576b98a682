/** Whose network config is meant, as the resource names it. */
export type Target =
  | { readonly kind: 'node-fqdn'; readonly fqdn: string }
  | { readonly kind: 'node-id'; readonly uid: string }
  | { readonly kind: 'cluster'; readonly fqdn: string };

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
}

/** The names that the resource itself gives. */
export function namesOf(target: Target): TargetNames {
  switch (target.kind) {
    case 'node-fqdn':
      return { node_fqdn: target.fqdn };
    case 'node-id':
      return { node_id: target.uid };
    case 'cluster':
      return { cluster_fqdn: target.fqdn };
  }
}

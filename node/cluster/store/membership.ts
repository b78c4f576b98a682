import type { ClusterConfig } from '@tg/api';

/** Where a member takes heartbeats. */
export interface Endpoint {
  host: string;
  port: number;
}

/** How members of a cluster know each other: one key that both have, or certificates of one authority, in files. */
export type ClusterCredentials = { key: string } | { files: { cert_file: string; key_file: string; ca_file: string } };

/** This node's own part in a cluster. The document (node/cluster/document) tells the peer; this is where it comes from. */
export interface MembershipState {
  /** Null: in no cluster. */
  cluster: {
    fqdn: string;
    credentials: ClusterCredentials;
    /** Where to look for the peer at first; the document names a later address. Null: the peer comes to us. */
    peer: Endpoint | null;
  } | null;
  /** `config.cluster` of this node (without `master`), defaults filled in; kept while it is in no cluster too. */
  config: {
    enabled: boolean;
    /** Where heartbeats are taken; `0.0.0.0`: at every address (the peer then has to be told one, or connects never). */
    host: string;
    port: number;
    /** Where the status for load balancers is served; null: nowhere. */
    statusHost: string | null;
    statusPort: number | null;
  };
  /** `INACTIVE`: stays a member, but holds nothing. */
  state: 'ACTIVE' | 'INACTIVE';
}

/** What `PUT /node/{uid}` says to put a node into a cluster. */
export interface JoinRequest {
  fqdn: string;
  /** Without it, the one this node already has for this cluster (node.yaml) is used. */
  clusterKey?: string | undefined;
  /** Without it, the one this node already has; none at all: the peer has to know us. */
  peer?: Endpoint | undefined;
}

/**
 * What the API may ask. Each resolves when it is durable and in force, and rejects with a {@link MembershipError} (422)
 * or a StoreError `disk` having changed nothing.
 */
export interface MembershipControl {
  current(): MembershipState;
  /** Joins; with the cluster it is in already: changes key or peer. */
  join(request: JoinRequest): Promise<MembershipState>;
  /** Hands over to a peer that can take over, tells it, and is in no cluster from then on. Without a cluster: nothing. */
  leave(): Promise<MembershipState>;
  /** Replaces the heartbeat settings; what is absent, or an empty host, is as by default. `master` is ignored. */
  configure(config: ClusterConfig): Promise<MembershipState>;
  setState(state: 'ACTIVE' | 'INACTIVE'): Promise<MembershipState>;
  /** Calls `listener` after every change; returns the way to stop. */
  onChange(listener: (state: MembershipState) => void): () => void;
}

/** A request about membership that cannot be granted; each sentence names the field, the value and the way out. */
export class MembershipError extends Error {
  override readonly name = 'MembershipError';
  constructor(readonly sentences: readonly string[]) {
    super(sentences.join('\n'));
  }
}

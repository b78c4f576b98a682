import type { ClusterStatus, Finding, NetworkConfig } from '@tg/api';
import type { PeerRequest } from '../cluster/link/types';
import type { ClusterStore } from '../cluster/store/cluster-store';
import type { MembershipControl } from '../cluster/store/membership';

/** What the API needs of the cluster that this node is in, holds the config of, or may join. */
export interface ClusterApi {
  store: ClusterStore;
  membership: MembershipControl;
  /** The cluster as this node sees it; null: it knows none. */
  status(): ClusterStatus | null;
  /** What would be wrong with a cluster's network config; stores nothing. `before`: what is in force. */
  check(network: NetworkConfig, before: NetworkConfig): Promise<Finding[]>;
  /** Asks the peer over the cluster's link. Rejects with a PeerUnreachable. */
  request(request: PeerRequest): Promise<Response>;
}

import type { InterfaceStatus } from '@tg/api';
import type { Member } from '../cluster/link/types';
import type { HolderPort } from '../cluster/ports';
import type { ClusterStore } from '../cluster/store/cluster-store';
import type { MembershipStore } from '../cluster/store/membership-file';
import type { Tally } from '../metrics/tally';
import type { Clock } from '../reconciler/ports';
import type { NicContext } from '../reconciler/types';
import type { LinkHealth } from './link-health';
import type { BindNotes } from './takeover-timer';

/** What the cluster's part of the daemon needs of the rest. */
export interface ClusterWorld {
  self: Member;
  dataDir: string;
  clock: Clock;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, data?: object) => void;
  membership: MembershipStore;
  store: ClusterStore;
  holder: HolderPort;
  /** Each NIC as the reconciler sees it now. */
  interfaces: () => readonly InterfaceStatus[];
  contexts: () => readonly NicContext[];
  /** The addresses that EC2 has confirmed for this node. */
  confirmed: () => { address: string; nic: string }[];
  health: LinkHealth;
  binds: BindNotes;
  tally: Tally;
  /** Answers the requests that the peer forwards. */
  serve: (request: Request, from: Member) => Response | Promise<Response>;
  /** What the peer says it has confirmed, or the ENIs of members, have changed. */
  onPeerNews: () => void;
}

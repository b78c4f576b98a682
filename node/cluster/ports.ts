/** What a cluster member needs of the world. The daemon supplies sockets and files, the simulation supplies models. */
import type { Clock } from '../reconciler/ports';
import type { Fitness, Message, VersionVector } from './message';
import type { Term } from './term';

export type { Clock };

/** The way to the peer: authenticated, in order while a connection lasts, and allowed to lose anything. */
export interface LinkPort {
  /** Sends, or drops when there is no connection; never blocks, never throws. A newer heartbeat replaces one not sent yet. */
  send(message: Message): void;
  /** Calls `listener` with each message of the peer; returns the way to stop. */
  onMessage(listener: (message: Message) => void): () => void;
}

/** What a member must not forget. */
export interface MemberRecord {
  /** The highest term known to be in effect. */
  term: Term | null;
  /** `term` is known to be over. */
  released: boolean;
  /** Claims up to this number may have been made under this uid. The next claim of a later process is higher. */
  reserved: number;
  /** The value of the configured active member that was last acted on (`stamp` of the document's field). */
  honoured: string | null;
}

/** The member's durable record. `save` resolves when it would survive a power cut. */
export interface MemberDisk {
  load(): Promise<MemberRecord | null>;
  save(record: MemberRecord): Promise<void>;
}

/** What the reconciler knows, as far as the cluster decides by it. Level-triggered: all of it is the state of now. */
export interface HolderFacts {
  /** How many addresses are wanted on NICs that are known or not. */
  wanted: number;
  /**
   * The role's addresses at the ENI: `all`: EC2 confirmed every wanted one for this node since the role was set (200, or
   * a look begun after it); `some`; `none`; `unknown`: nobody could say yet. With nothing wanted: `all`.
   */
  held: 'all' | 'some' | 'none' | 'unknown';
  /** Nothing of ours is on our ENIs any more, nor bound: EC2 and the kernel said so. */
  released: boolean;
  /** EC2 said that a member's ENI holds an address that we had confirmed in this role. */
  taken: boolean;
  /** An Assign is on its way to EC2: it may still take effect. */
  assigning: boolean;
  /** Whether EC2 answers: false after a call that failed for a reason other than the address, true after an answer; null before. */
  ec2: boolean | null;
  /** When the newest look at every ENI concerned began, on `Clock.now`; null: there was none. */
  lookedAt: number | null;
}

/** The reconciler as the cluster drives it. */
export interface HolderPort {
  facts(): HolderFacts;
  /** `facts()` may have changed. Called synchronously; returns the way to stop. */
  onFacts(listener: () => void): () => void;
  /**
   * Calls `listener` before each time anything is planned, renewed or changed: after a pause of the process the cluster
   * suspends the holder there, before it goes on with what is no longer certain. Returns the way to stop.
   */
  beforeActing(listener: () => void): () => void;
  /** Take what is wanted, from another member too (confirmed addresses in one call without a look). */
  take(): void;
  /** Go on holding what is already held: nothing is taken from another member. */
  resume(): void;
  /** Stand by. `release`: give up at ENI and NIC (sessions reset first); `moved`: another holds them: reset and unbind. */
  standBy(how: 'release' | 'moved'): void;
  /** Renew nothing, change nothing; look only. */
  suspend(): void;
  /** Look at every ENI now. */
  look(): void;
  /** How often to look while it matters; null: the usual rhythm. */
  lookEvery(ms: number | null): void;
  /** What follows from the Cluster Timeout: lifetime, refresh. */
  setTimeout(clusterTimeoutMs: number): void;
}

/** What the machine needs of the config. Taken anew at every step. */
export interface ClusterView {
  /** The members by uid, this one included. One: no peer has joined yet. */
  members: readonly string[];
  mode: 'autoFailback' | 'manualFailback';
  timeoutMs: number;
  handover: 'release' | 'move';
  /** The configured active member's uid, and a stamp that changes with each write of it. */
  active: { uid: string; stamp: string } | null;
}

/** The replicated config as the member syncs it. */
export interface DocumentPort {
  view(): ClusterView;
  /** What is durably stored. */
  version(): VersionVector;
  /** The document for the peer, as JSON. */
  export(): unknown;
  /** Merges the peer's document; resolves when the outcome is durable and in force. Rejects with a sentence. */
  merge(document: unknown): Promise<void>;
  onChange(listener: () => void): () => void;
}

/** Everything else of a heartbeat. Taken anew for each. */
export interface SelfReport {
  fitness(): Fitness;
  applied(): VersionVector;
  confirmed(): { address: string; nic: string }[];
  enis(): Record<string, { eniId: string; subnetId: string; subnetCidr: string }>;
  addresses(): { address: string; nic: string; eni: string; os: string }[];
}

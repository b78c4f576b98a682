/** What a cluster member needs of the world. The daemon supplies sockets and files, the simulation supplies models. */
import type { HolderFacts, HolderPort } from '../reconciler/holder';
import type { Clock } from '../reconciler/ports';
import type { Fitness, Message, VersionVector } from './message';
import type { Term } from './term';

export type { Clock, HolderFacts, HolderPort };

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
  enis(): Record<string, { eniId: string; subnetId: string; subnetCidr: string; primary?: string | undefined }>;
  addresses(): { address: string; nic: string; eni: string; os: string }[];
}

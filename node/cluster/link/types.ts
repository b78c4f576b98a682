import type { Problem } from '@tg/api';
import type { LinkPort } from '../ports';
import type { Clock } from '../../reconciler/ports';
import type { Credentials } from './credentials';

/** A member as it names itself and as its certificate proves. */
export interface Member {
  uid: string;
  /** In lower case. */
  fqdn: string;
}

/** Where a member's link listens. */
export interface Address {
  /** A host name or an IP address. */
  host: string;
  port: number;
}

/** The peer as last heard; `host` and `port` are where its link listens, as it says itself or as we see it. */
export interface PeerIdentity extends Member, Address {
  /** Differs for each start of the peer. */
  boot: string;
}

/** A listening address, and what to tell the peer instead of it where the two differ. */
export interface LinkListen extends Address {
  /** The host by which the peer can reach us; by default `host`, unless that is a wildcard. */
  advertise?: string | undefined;
}

/** The peer's address as configured. With `uid`, another member that answers there is refused. */
export interface LinkPeer extends Address {
  uid?: string | undefined;
}

export interface LinkOptions {
  self: Member;
  /** The cluster's fqdn, in lower case. */
  cluster: string;
  credentials: Credentials;
  listen: LinkListen;
  /** Where to reach the peer; null: not known here, the peer's own call tells. Asked before each attempt. */
  peer: () => LinkPeer | null;
  /**
   * Whether this node is, or may become, the other member. Its certificate has proved the name already. Asked on each
   * connection and each HTTP request, so it must be quick.
   */
  admits: (peer: Member) => boolean;
  /** The heartbeat interval in ms, which sets how fast the link reconnects and doubts a silent connection. */
  interval: () => number;
  /** Answers the peer's HTTP requests. */
  serve: (request: Request, from: Member) => Response | Promise<Response>;
  /** A connection with the peer is ready (again): its uid, fqdn and address are known now. */
  onPeer?: (peer: PeerIdentity) => void;
  /** The first connection is ready, or the last one ended. */
  onConnected?: (connected: boolean) => void;
  onProblem?: (problem: Problem) => void;
  onProblemGone?: (problem: Problem) => void;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, data?: object) => void;
  clock: Clock;
  /** In place of those in `limits.ts`, for tests. */
  limits?: Partial<Limits>;
}

/** See `limits.ts`. */
export interface Limits {
  handshakeMs: number;
  connectMs: number;
  unauthenticated: number;
  staleMs: number;
  silentMs: number;
  listenAgainMs: number;
  refusedAgainMs: number;
  budgetBytes: number;
  budgetBytesPerSecond: number;
  problemLastsMs: number;
  logAgainMs: number;
}

/** One HTTP request to the peer. */
export interface PeerRequest {
  method: string;
  /** Path and query, e.g. `/node/5d0f/status?wait=60`. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** For the whole exchange; default {@link REQUEST_MS}. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** The peer could not be asked, or did not answer in time. The message is a sentence. */
export class PeerUnreachable extends Error {
  override readonly name = 'PeerUnreachable';
  constructor(
    message: string,
    /** False: the request never left, so it cannot have had an effect. */
    readonly sent: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Numbers since the start. */
export interface LinkCounters {
  dialled: number;
  accepted: number;
  /** Connections that got as far as a hello on both sides. */
  ready: number;
  sent: number;
  received: number;
  bytesSent: number;
  bytesReceived: number;
  /** Messages dropped: no connection, or replaced by a newer one before they could leave. */
  dropped: number;
  /** Connections closed for what the other side is or sent, by code of the problem. */
  refused: Readonly<Record<string, number>>;
}

/** A connection that is ready. */
export interface LinkConnection {
  direction: 'in' | 'out';
  /** `10.0.1.11:9000` as the socket sees it. */
  remote: string;
  /** Ms on the link's clock. */
  since: number;
  heardAt: number;
}

/** The way to the peer. */
export interface Link extends LinkPort {
  /** A connection is ready. Says nothing about when the peer was last heard. */
  connected(): boolean;
  connections(): LinkConnection[];
  /** The peer as last heard in this process, also while it is away. */
  peer(): PeerIdentity | null;
  /** Where the link listens now; null while it cannot. */
  listening(): Address | null;
  /** What is wrong with the link now, each with a sentence that names the way out. */
  problems(): Problem[];
  counters(): LinkCounters;
  /** An HTTP request to the peer, over the same keys. Rejects with {@link PeerUnreachable}. */
  request(request: PeerRequest): Promise<Response>;
  /**
   * Takes over what changed: listening address, credentials; and asks `peer` and `admits` anew. Connections that stay
   * admitted go on. Resolves after the first attempt to listen, whatever came of it.
   */
  reconfigure(change: { listen?: LinkListen; credentials?: Credentials }): Promise<void>;
  close(): Promise<void>;
}

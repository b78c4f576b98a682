import type { Limits } from './types';

/** Frames larger than this are refused before they are read. */
export const MAX_HELLO_BYTES = 4 * 1024;
export const MAX_HEARTBEAT_BYTES = 16 * 1024;
export const MAX_DOCUMENT_BYTES = 1024 * 1024;

/** HTTP between the members: the config API's own bodies are smaller. */
export const MAX_RESPONSE_BYTES = 8 * 1024 * 1024;
/** How long a request to the peer may take unless the caller says otherwise. */
export const REQUEST_MS = 10_000;

/** A connection that is given up stays open for so long, for the last bytes to arrive. */
export const FAREWELL_MS = 1000;

/** What the link waits for, and how much it takes, unless a test says otherwise. */
export const LIMITS: Limits = {
  /** From the first byte to the hello: TLS handshake included. */
  handshakeMs: 5000,
  /** For the SYN to be answered, which needs no process at the other end. */
  connectMs: 1000,
  /** Connections that have not said hello yet; one more closes the oldest. */
  unauthenticated: 32,
  /** A connection that brought nothing for so long, or for three intervals, is doubted: a second one is opened. */
  staleMs: 1000,
  /** A connection that brought nothing for so long, or for ten intervals, is closed. */
  silentMs: 30_000,
  /** Between two attempts to listen. */
  listenAgainMs: 1000,
  /** Between two attempts at a peer that refused us or that we refused, at most. */
  refusedAgainMs: 5000,
  /** What an authenticated peer may send at once, and per second in the long run. */
  budgetBytes: 16 * 1024 * 1024,
  budgetBytesPerSecond: 4 * 1024 * 1024,
  /** What a stranger did is shown in the status for so long after the last time. */
  problemLastsMs: 60_000,
  /** The same problem is logged again after this. */
  logAgainMs: 60_000,
};

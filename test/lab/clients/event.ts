/** One attempt to connect and to be told something: when it began and ended, and by whom it was answered. */
export interface Attempt {
  began: number;
  ended: number;
  /** The name of whoever answered; null when nobody did. */
  by: string | null;
  /** Why nobody did: an error code, or `timeout-connect`, `timeout-data`. */
  failure: string | null;
}

/** The connections of one LAN host, all to the cluster IP but `routed…`, which go through it. */
export type SessionName = 'chat' | 'idle' | 'keepalive' | 'listener' | 'routed-chat';

/** What a client of the lab prints, one JSON object a line. Times: `now` of clock.ts. */
export type ClientEvent =
  | { kind: 'ready' }
  | {
      kind: 'attempts';
      client: string;
      attempts: [began: number, ended: number, by: string | null, failure?: string][];
    }
  | { kind: 'session'; client: SessionName; at: number; what: 'open'; by: string }
  | { kind: 'session'; client: SessionName; at: number; what: 'data' }
  | { kind: 'session'; client: SessionName; at: number; what: 'end'; how: string };

/** What the LAN host is told on its command line, as JSON. */
export interface LanSetup {
  /** Addresses to try a new connection to, with the client's name. */
  connect: { client: string; address: string; stepMs: number }[];
  port: number;
  /** How long an attempt may take. */
  timeoutMs: number;
  sessions: { client: SessionName; address: string }[];
}

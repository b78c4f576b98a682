import type { Change } from './machine/step';
import type { Cause } from './machine/state';
import type { Term } from './term';

/** How one takeover went; moments on `Clock.now`. */
export interface Takeover {
  cause: Cause;
  term: Term;
  /** The holder before, as far as it was known. */
  from: string | null;
  /** How long the peer had been silent when it was decided, in milliseconds. */
  silentMs: number;
  /** Since when the peer had been silent, been releasing, or asked; `decidedAt` minus that is the detection. */
  decidedAt: number;
  /** When EC2 had confirmed it. */
  confirmedAt: number;
  /** Wall clock of the decision, RFC 3339. */
  at: string;
}

/** What a member tells its owner. */
export type MemberEvent =
  | ({ type: 'phase' } & Change)
  | { type: 'took-over'; takeover: Takeover }
  /** The heartbeats stopped, or came back. */
  | { type: 'peer'; reachable: boolean }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; message: string; data: Record<string, unknown> };

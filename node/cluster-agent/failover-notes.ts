import { type Failover, NodeStatus } from '@tg/api';
import type { Takeover } from '../cluster/events';
import type { Heartbeat } from '../cluster/message';
import type { Clock } from '../cluster/ports';
import { isHigher, isSameTerm, type Term } from '../cluster/term';
import type { TakeoverTimer } from './takeover-timer';

/** After a takeover by the peer its own account is asked for: by then it has verified. */
const ASK_AFTER_MS = 2000;

/** The newest takeover, by either member. */
export interface FailoverNotes {
  last(): Failover | null;
  tookOver(takeover: Takeover): void;
  heard(heartbeat: Heartbeat): void;
  stop(): void;
}

/** What the notes are made of. */
export interface FailoverNotesOptions {
  self: string;
  clock: Clock;
  timer: Pick<TakeoverTimer, 'phases'>;
  /** GET of a path at the peer; null for anything but 200. */
  ask: (path: string) => Promise<unknown>;
}

export function createFailoverNotes({ self, clock, timer, ask }: FailoverNotesOptions): FailoverNotes {
  const ends = new AbortController();
  let own: Omit<Failover, 'phasesMs'> | null = null;
  let theirs: Failover | null = null;
  let known: Term | null = null;

  const askFor = async (uid: string, term: Term): Promise<void> => {
    await clock.sleep(ASK_AFTER_MS, ends.signal);
    if (ends.signal.aborted) return;
    const answer = await ask(`/node/${uid}/status`).catch(() => null);
    const told = NodeStatus.safeParse(answer).data?.cluster?.lastFailover ?? null;
    if (told !== null && isSameTerm(told.term, term) && isSameTerm(theirs?.term ?? null, term)) theirs = told;
  };

  return {
    last() {
      if (own === null || isHigher(theirs?.term ?? null, own.term)) return theirs;
      return { ...own, phasesMs: timer.phases() };
    },
    tookOver({ cause, at, from, term }) {
      known = term;
      own = { cause, at, from, to: self, term };
    },
    heard({ from: uid, holds, term }) {
      if (term === null || !holds || term.uid !== uid || !isHigher(term, known)) return;
      // The first term heard of may be an old one: the peer's own account says when it was.
      theirs = { cause: 'peer', at: clock.wall(), from: known?.uid ?? null, to: uid, term, phasesMs: {} };
      known = term;
      void askFor(uid, term);
    },
    stop: () => ends.abort(),
  };
}

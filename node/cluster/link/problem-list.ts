import type { Problem } from '@tg/api';
import type { Clock } from '../../reconciler/ports';

/** What is wrong with the link, as the status shows it. */
export interface ProblemList {
  /**
   * `slot` has this problem now: one for listening, one for calling the peer, one per thing that callers do. The same
   * problem again is counted and logged rarely. With `lastsMs` it goes by itself so long after the last time.
   */
  raise(slot: string, problem: Omit<Problem, 'since'>, how?: { lastsMs?: number; about?: string }): void;
  clear(slot: string): void;
  /** Clears what is about that other side. */
  clearAbout(about: string): void;
  all(): Problem[];
  close(): void;
}

interface Entry {
  problem: Problem;
  about: string | undefined;
  times: number;
  loggedAt: number;
  timer: NodeJS.Timeout | null;
}

export function createProblemList(o: {
  clock: Clock;
  logAgainMs: number;
  log: (level: 'info' | 'warn', message: string, data?: object) => void;
  onProblem?: ((problem: Problem) => void) | undefined;
  onProblemGone?: ((problem: Problem) => void) | undefined;
}): ProblemList {
  const entries = new Map<string, Entry>();

  const forget = (slot: string) => {
    const entry = entries.get(slot);
    if (entry === undefined) return;
    if (entry.timer !== null) clearTimeout(entry.timer);
    entries.delete(slot);
    o.log('info', 'link: problem gone', { code: entry.problem.code, times: entry.times });
    o.onProblemGone?.(entry.problem);
  };

  return {
    raise(slot, { code, message, kind }, { lastsMs, about } = {}) {
      const before = entries.get(slot);
      if (before?.timer != null) clearTimeout(before.timer);
      const timer = lastsMs === undefined ? null : setTimeout(() => forget(slot), lastsMs).unref();
      if (before?.problem.code === code && before.problem.message === message) {
        before.times++;
        before.timer = timer;
        before.about = about;
        const now = o.clock.now();
        if (now - before.loggedAt < o.logAgainMs) return;
        before.loggedAt = now;
        o.log('warn', message, { code, times: before.times });
        return;
      }
      // A sentence that changes at each attempt (other strangers, other reasons) must not fill the log either.
      const quiet =
        before !== undefined && o.clock.now() - before.loggedAt < o.logAgainMs && before.problem.code === code;
      const since = before?.problem.code === code ? before.problem.since : o.clock.wall();
      const problem: Problem = { code, message, kind, since };
      const times = before?.problem.code === code ? before.times + 1 : 1;
      entries.set(slot, { problem, about, times, loggedAt: quiet ? before.loggedAt : o.clock.now(), timer });
      if (!quiet) o.log('warn', message, { code, times });
      if (before !== undefined && before.problem.code !== code) o.onProblemGone?.(before.problem);
      o.onProblem?.(problem);
    },
    clear: forget,
    clearAbout(about) {
      for (const [slot, entry] of [...entries]) if (entry.about === about) forget(slot);
    },
    all: () => [...entries.values()].map(({ problem }) => problem),
    close() {
      for (const { timer } of entries.values()) if (timer !== null) clearTimeout(timer);
      entries.clear();
    },
  };
}

import type { Attempt } from './clients/event';

/** The longest stretch in which nobody got through. */
export interface Gap {
  ms: number;
  from: number;
  to: number;
}

/**
 * The longest time between two successes in a row, by whichever of their beginnings and their ends lie further apart; with
 * the time from `from` to the first success and from the last to `to`. Attempts of several clients count as one.
 */
export function longestGap(attempts: readonly Attempt[], from: number, to: number): Gap {
  const good = attempts.filter(({ by, ended, began }) => by !== null && ended >= from && began <= to);
  const begins = [from, ...good.map(({ began }) => Math.min(Math.max(began, from), to)).sort(ascending), to];
  const ends = [from, ...good.map(({ ended }) => Math.min(Math.max(ended, from), to)).sort(ascending), to];
  const [byBegin, byEnd] = [widest(begins), widest(ends)];
  return byBegin.ms > byEnd.ms ? byBegin : byEnd;
}

const ascending = (a: number, b: number) => a - b;

function widest(moments: readonly number[]): Gap {
  let gap: Gap = { ms: 0, from: moments[0] ?? 0, to: moments[0] ?? 0 };
  for (let i = 1; i < moments.length; i += 1) {
    const [from, to] = [moments[i - 1]!, moments[i]!];
    if (to - from > gap.ms) gap = { ms: to - from, from, to };
  }
  return gap;
}

/** When the first attempt begun at or after `from` got through to `by` (to anybody without it); null: never. */
export function firstSuccess(attempts: readonly Attempt[], from: number, by?: string): number | null {
  const good = attempts.filter((one) => one.by !== null && one.began >= from && (by === undefined || one.by === by));
  return good.length === 0 ? null : Math.min(...good.map(({ ended }) => ended));
}

/** How many attempts failed in that time, and how many there were. */
export function failures(attempts: readonly Attempt[], from: number, to: number): { failed: number; of: number } {
  const within = attempts.filter(({ began }) => began >= from && began <= to);
  return { failed: within.filter(({ by }) => by === null).length, of: within.length };
}

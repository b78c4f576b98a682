import { compareTerms } from '../term';
import type { Register } from './document';
import { covers, sameDot, type Dot } from './version';

/** The write whose place a register has. */
export const originOf = ({ dot, settles }: Register): Dot => settles ?? dot;

/**
 * Positive when `a` ranks higher: written in the cluster rather than brought along, by the higher term, by the author
 * whose name sorts last, later. Of two that were brought along, the one that was there first. Zero for the same write only.
 */
export function compareRank(a: Register, b: Register): number {
  if (a.weak !== b.weak) return a.weak === true ? -1 : 1;
  if (a.weak === true && originOf(a)[1] !== originOf(b)[1]) return originOf(b)[1] - originOf(a)[1];
  const byTerm = compareTerms(a.term, b.term);
  if (byTerm !== 0) return byTerm;
  const [[author, number], [otherAuthor, otherNumber]] = [originOf(a), originOf(b)];
  if (author !== otherAuthor) return author < otherAuthor ? -1 : 1;
  if (number !== otherNumber) return number - otherNumber;
  // Two members settled the same write, each in its way.
  if (sameDot(a.dot, b.dot)) return 0;
  if (a.dot[0] !== b.dot[0]) return a.dot[0] < b.dot[0] ? -1 : 1;
  return a.dot[1] - b.dot[1];
}

/** The highest-ranking one. */
export const highest = (registers: readonly Register[]): Register | undefined =>
  registers.reduce<Register | undefined>(
    (best, one) => (best === undefined || compareRank(one, best) > 0 ? one : best),
    undefined,
  );

/** Whether a real write beside it has seen what this register only repeats. */
export function isOverruled(register: Register, beside: readonly Register[]): boolean {
  const { settles } = register;
  if (settles === undefined) return false;
  return beside.some((other) => other.settles === undefined && covers(other.seen, settles));
}

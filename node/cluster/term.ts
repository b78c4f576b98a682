/**
 * The number of a claim, made unique by the member that made it. A term takes effect when EC2 has confirmed its Assign;
 * of two terms in effect the higher one is the holder's.
 */
export interface Term {
  number: number;
  /** The uid of the member that claimed. */
  uid: string;
}

/** Negative when `a` is lower, positive when it is higher, 0 when both are the same term. Null is lower than any. */
export function compareTerms(a: Term | null, b: Term | null): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  if (a.number !== b.number) return a.number - b.number;
  return a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0;
}

export const isHigher = (a: Term | null, b: Term | null): boolean => compareTerms(a, b) > 0;
export const isSameTerm = (a: Term | null, b: Term | null): boolean => compareTerms(a, b) === 0;
export const higherTerm = (a: Term | null, b: Term | null): Term | null => (isHigher(b, a) ? b : a);

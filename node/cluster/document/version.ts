import type { VersionVector } from '../message';

/** The name of one write: its author, and a number that only grows. */
export type Dot = readonly [author: string, number: number];

export const sameDot = (a: Dot, b: Dot): boolean => a[0] === b[0] && a[1] === b[1];

/** Whether the writes of `version` contain `dot`. */
export const covers = (version: VersionVector, [author, number]: Dot): boolean => (own(version, author) ?? 0) >= number;

/** Whether `a` contains every write of `b`. */
export const includes = (a: VersionVector, b: VersionVector): boolean =>
  Object.entries(b).every(([author, number]) => covers(a, [author, number]));

/** Every write of both. */
export function union(a: VersionVector, b: VersionVector): VersionVector {
  const authors = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(authors.map((author) => [author, Math.max(own(a, author) ?? 0, own(b, author) ?? 0)]));
}

const own = (version: VersionVector, author: string): number | undefined =>
  Object.hasOwn(version, author) ? version[author] : undefined;

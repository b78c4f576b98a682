import type { Term } from '../term';

/** Who writes, knowing what. */
export interface Author {
  /** See {@link authorName}. */
  name: string;
  /** The highest term in effect that the member knows of. Of writes made apart, the one by the higher term stays. */
  term: Term | null;
  /** The wall clock, RFC 3339: for people, and to keep a restored copy from repeating numbers that were used before. */
  at: string;
}

/**
 * The name a member writes under: its uid and a mark that differs each time its document begins anew, so that a member
 * that lost its disk never repeats the name of a write that its peer has.
 */
export const authorName = (uid: string, mark: string): string => `${uid}/${mark}`;

/** The uid of the member behind an author's name. */
export const uidOf = (name: string): string => name.split('/', 1)[0] ?? name;

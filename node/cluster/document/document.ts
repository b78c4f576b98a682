import type { VersionVector } from '../message';
import type { Term } from '../term';
import type { Author } from './author';
import type { Json } from './json';
import type { Dot } from './version';

/** The format of {@link ClusterDocument}; a document of a higher one is refused. */
export const DOCUMENT_FORMAT = 1;

/**
 * The config of a cluster, of which each member has a copy that it may write to while apart. Copies merge (`merge.ts`) to
 * the same value in whatever order they meet. Values are never changed in place.
 *
 * Fields (`fields.ts`): `name`, `tags`, `mode`, `timeout` (seconds), `handover`, `active` (uid), `network/KEY`,
 * `interfaces/NIC` and `interfaces/NIC/KEY`, `order` (NICs), `members/UID` and `members/UID/KEY`, `refusals/NIC`.
 */
export interface ClusterDocument {
  format: typeof DOCUMENT_FORMAT;
  fqdn: string;
  /** Every write that this copy contains. */
  version: VersionVector;
  /**
   * The writes of each field that no other one has seen: one, or several that were made apart. The highest-ranking one is
   * in force (`resolve.ts`).
   */
  fields: Readonly<Record<string, readonly Register[]>>;
}

/** One write of one field. */
export interface Register {
  /** Absent: the field was removed. */
  value?: Json;
  /** The write; all fields of one write share it. */
  dot: Dot;
  /** What the writer had seen. Of one field, writes in here are superseded. */
  seen: VersionVector;
  term: Term | null;
  at: string;
  /** What a node brought along on joining: gives way to anything written in the cluster. */
  weak?: true;
  /**
   * Nobody's decision, but a repeat of what was in force (`write.ts`) in the place of this older write: it ranks as that
   * one did, and gives way to whatever has seen that one.
   */
  settles?: Dot;
  /** The value is not that of the settled write, which is in `lost`. */
  repair?: true;
  /** Writes that gave way before, and that nobody has cleared. */
  lost?: readonly Lost[];
  /** The conflicts that this write cleared. */
  cleared?: readonly string[];
}

/** A write that gave way to another one made apart from it. */
export interface Lost {
  field: string;
  /** Absent: it was a removal. */
  value?: Json;
  dot: Dot;
  at: string;
}

/** A change of one field; without a value it is removed. */
export interface Change {
  field: string;
  value?: Json;
}

/** A document without members and settings: everything is as by default. */
export function emptyDocument(fqdn: string): ClusterDocument {
  return { format: DOCUMENT_FORMAT, fqdn, version: {}, fields: {} };
}

/** The number of the author's next write. */
export function nextNumber({ version }: ClusterDocument, by: Author): number {
  const last = Object.hasOwn(version, by.name) ? (version[by.name] ?? 0) : 0;
  const wall = Date.parse(by.at);
  return Math.max(last + 1, Number.isSafeInteger(wall) ? wall : 0);
}

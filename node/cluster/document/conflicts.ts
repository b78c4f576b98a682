import { uidOf } from './author';
import type { ClusterDocument } from './document';
import type { Json } from './json';
import { type Listing, resolve } from './resolve';

/** A write that gave way to another one which a member took while the two were apart. */
export interface Conflict {
  /** The same at every member. */
  id: string;
  /** E.g. `interfaces.eth1.clusterIP`. */
  field: string;
  /** What is in force; null: nothing, it is removed. */
  kept: Json;
  /** The uid of the member whose write that was. */
  keptBy: string;
  /** What gave way; null: a removal. */
  lost: Json;
  lostBy: string;
  /** When it was written, by that member's clock. */
  at: string;
  why: Listing['why'];
}

/** Everything that gave way and that nobody has cleared, the newest first. */
export function conflicts(document: ClusterDocument): Conflict[] {
  const listings = new Map([...resolve(document).listings.values()].flat().map((one) => [one.id, one]));
  return [...listings.values()]
    .map(({ id, lost, kept, keptBy, why }) => ({
      id,
      field: lost.field.replaceAll('/', '.'),
      kept: kept ?? null,
      keptBy: uidOf(keptBy[0]),
      lost: lost.value ?? null,
      lostBy: uidOf(lost.dot[0]),
      at: lost.at,
      why,
    }))
    .sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? 1 : -1));
}

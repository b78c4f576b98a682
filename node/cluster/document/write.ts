import type { Author } from './author';
import { nextNumber, type Change, type ClusterDocument, type Lost, type Register } from './document';
import { entryFieldOf } from './fields';
import { lostId } from './lost';
import type { Json } from './json';
import { withoutLeavings } from './merge';
import { originOf } from './rank';
import { type Repair, type Resolved, resolve } from './resolve';
import { union, type Dot } from './version';

/** How many writes that gave way one field remembers; the oldest are forgotten first. */
export const MAX_LOST = 16;

/** What becomes of one field in a write. */
interface Target {
  value: Json | undefined;
  /** The write that is only repeated, where nobody decided anything. */
  settles?: Register;
  repair?: true;
}

/**
 * The document after a write of these fields, which supersedes everything it has seen. A change inside an entry that
 * does not exist makes it; the removal of an entry removes its fields. What was listed of a field stays listed.
 * `weak`: gives way to anything written in the cluster.
 */
export function write(
  document: ClusterDocument,
  by: Author,
  changes: readonly Change[],
  weak = false,
): ClusterDocument {
  return changes.length === 0 ? document : rewrite(document, by, changes, weak, null);
}

/** The document without that conflict; null when it lists none of this id. */
export function clearConflict(document: ClusterDocument, by: Author, id: string): ClusterDocument | null {
  const isListed = [...resolve(document).listings.values()].flat().some((one) => one.id === id);
  return isListed ? rewrite(document, by, [], false, id) : null;
}

function rewrite(
  document: ClusterDocument,
  by: Author,
  changes: readonly Change[],
  weak: boolean,
  clears: string | null,
): ClusterDocument {
  const resolved = resolve(document);
  const targets = targetsOf(resolved, changes);
  for (const repair of resolved.repairs) settle(resolved, targets, repair);
  if (clears !== null) repeatHolders(resolved, targets, clears);

  const number = nextNumber(document, by);
  const dot: Dot = [by.name, number];
  const fields = { ...document.fields };
  for (const [field, target] of targets) {
    const lost = lostOf(resolved, targets, field, clears);
    fields[field] = [
      {
        ...(target.value === undefined ? {} : { value: target.value }),
        dot,
        seen: document.version,
        ...(target.settles === undefined
          ? { term: by.term, at: by.at, ...(weak ? { weak } : {}) }
          : placeOf(target.settles)),
        ...(target.repair === undefined ? {} : { repair: target.repair }),
        ...(lost.length === 0 ? {} : { lost }),
        ...(clears === null ? {} : { cleared: [clears] }),
      },
    ];
  }
  return {
    ...document,
    version: union(document.version, { [by.name]: number }),
    fields: withoutLeavings(fields),
  };
}

/** What a repeat takes over of the write it stands for. */
const placeOf = (register: Register): Pick<Register, 'term' | 'at' | 'weak' | 'settles'> => ({
  term: register.term,
  at: register.at,
  ...(register.weak === undefined ? {} : { weak: register.weak }),
  settles: originOf(register),
});

function targetsOf({ inForce }: Resolved, changes: readonly Change[]): Map<string, Target> {
  const targets = new Map<string, Target>();
  const removed = new Set<string>();
  for (const { field, value } of changes) {
    if (entryFieldOf(field)?.key === null && value === undefined) removed.add(field);
  }
  for (const { field, value } of changes) {
    const entry = entryFieldOf(field);
    if (entry?.key != null) {
      if (removed.has(entry.existence)) continue;
      if (!inForce.has(entry.existence)) targets.set(entry.existence, { value: true });
    }
    targets.set(field, { value });
  }
  return targets;
}

/** Writes down what holds as it is, so that it goes on holding whatever else this write changes. */
function settle(resolved: Resolved, targets: Map<string, Target>, repair: Repair): void {
  switch (repair.kind) {
    case 'void': {
      const entry = entryFieldOf(repair.field);
      const begunAfresh = entry?.key != null && targets.has(entry.existence);
      if (!targets.has(repair.field) && !begunAfresh) {
        targets.set(repair.field, { value: undefined, settles: repair.winner, repair: true });
      }
      return;
    }
    case 'drop':
      if (!targets.has(repair.existence)) targets.set(repair.existence, { value: undefined, settles: repair.winner });
      return;
    case 'revive':
      if (!targets.has(repair.existence)) repeatEntry(resolved, targets, repair.existence, repair.winner);
  }
}

/** Repeats that an entry exists, and with it its fields, which begin afresh. */
function repeatEntry(resolved: Resolved, targets: Map<string, Target>, existence: string, winner: Register): void {
  targets.set(existence, { value: resolved.inForce.get(existence), settles: winner });
  for (const [field, value] of resolved.inForce) {
    const register = resolved.winners.get(field);
    if (entryFieldOf(field)?.key == null || !field.startsWith(`${existence}/`) || targets.has(field)) continue;
    if (register !== undefined) targets.set(field, { value, settles: register });
  }
}

/** Repeats the fields that list the conflict, so that a write of theirs says that it is cleared. */
function repeatHolders(resolved: Resolved, targets: Map<string, Target>, id: string): void {
  for (const [field, listings] of resolved.listings) {
    const winner = resolved.winners.get(field);
    if (targets.has(field) || winner === undefined || !listings.some((one) => one.id === id)) continue;
    const entry = entryFieldOf(field);
    if (entry?.key === null) repeatEntry(resolved, targets, field, winner);
    else if (entry === null || !targets.has(entry.existence)) {
      targets.set(field, { value: resolved.inForce.get(field), settles: winner });
    }
  }
}

/** What a written field goes on listing: its own, and (an entry's existence) that of fields which end with it. */
function lostOf(
  resolved: Resolved,
  targets: ReadonlyMap<string, Target>,
  field: string,
  clears: string | null,
): Lost[] {
  const ended =
    entryFieldOf(field)?.key === null
      ? [...resolved.listings.keys()].filter((one) => one.startsWith(`${field}/`) && !targets.has(one))
      : [];
  const lost = [field, ...ended].flatMap((one) => resolved.listings.get(one) ?? []);
  const seen = new Set<string>();
  return lost
    .filter(({ id }) => id !== clears && !seen.has(id) && seen.add(id))
    .map((one) => one.lost)
    .sort((a, b) => (a.at === b.at ? (lostId(a) < lostId(b) ? -1 : 1) : a.at < b.at ? 1 : -1))
    .slice(0, MAX_LOST);
}

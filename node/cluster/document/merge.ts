import type { ClusterDocument, Register } from './document';
import { entryFieldOf } from './fields';
import { covers, sameDot, union } from './version';

/**
 * The document that contains what either contains: commutative, associative and idempotent. Throws (a sentence) for
 * documents of different clusters.
 */
export function merge(a: ClusterDocument, b: ClusterDocument): ClusterDocument {
  if (a.fqdn !== b.fqdn) {
    throw new Error(
      `the peer's document is that of cluster ${b.fqdn}, and this node is in ${a.fqdn}: one of them has to leave its cluster.`,
    );
  }
  const names = [...new Set([...Object.keys(a.fields), ...Object.keys(b.fields)])];
  const merged = names.map((name) => [name, unseen([...registersOf(a, name), ...registersOf(b, name)])] as const);
  return { ...a, version: union(a.version, b.version), fields: withoutLeavings(Object.fromEntries(merged)) };
}

/** The writes of a field that this copy has; none for a field that was never written. */
export const registersOf = ({ fields }: Pick<ClusterDocument, 'fields'>, field: string): readonly Register[] =>
  Object.hasOwn(fields, field) ? (fields[field] ?? []) : [];

/** The registers that no other one has seen, each once, by author. */
export function unseen(registers: readonly Register[]): Register[] {
  return registers
    .filter((one, i) => registers.findIndex((other) => sameDot(other.dot, one.dot)) === i)
    .filter((one) => !registers.some(({ seen }) => covers(seen, one.dot)))
    .sort((one, other) => (one.dot[0] < other.dot[0] ? -1 : one.dot[0] > other.dot[0] ? 1 : one.dot[1] - other.dot[1]));
}

/**
 * Without the fields of entries that were removed, or removed and made anew, by a write that had seen them: what says
 * whether an entry exists begins its fields afresh. In order of their names.
 */
export function withoutLeavings(fields: ClusterDocument['fields']): ClusterDocument['fields'] {
  const kept = Object.entries(fields).flatMap(([name, registers]): [string, readonly Register[]][] => {
    const entry = entryFieldOf(name);
    if (entry?.key == null) return [[name, registers]];
    const existence = registersOf({ fields }, entry.existence);
    const left = registers.filter(({ dot }) => !existence.some(({ seen }) => covers(seen, dot)));
    return left.length === 0 ? [] : [[name, left]];
  });
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

import type { Conflict } from './conflicts';
import type { Json } from './json';

/** What happened and the way out, for a person. `nameOf`: a member's name by its uid. */
export function explainConflict(conflict: Conflict, nameOf: (uid: string) => string): string {
  const { id, field, lost, lostBy, at } = conflict;
  const what = lost === null ? 'the removal' : show(lost);
  return (
    `${field}: ${what}, written at ${nameOf(lostBy)} on ${at} while the members were apart, ${reason(conflict, nameOf)}. ` +
    `Write it again if it is what you want; DELETE /cluster/{fqdn}/conflicts/${id} (tg-node conflicts clear ${id}) takes it off this list.`
  );
}

function reason({ why, kept, keptBy }: Conflict, nameOf: (uid: string) => string): string {
  const by = nameOf(keptBy);
  switch (why) {
    case 'same-field':
      return kept === null ? `gave way to a removal at ${by}` : `gave way to ${show(kept)}, written at ${by}`;
    case 'address-taken':
      return `gave way to the same address on another NIC, written at ${by}: an address can be held by one NIC only`;
    case 'entry-removed':
      return `gave way to the removal of the whole entry at ${by}`;
    case 'entry-kept':
      return `gave way to a field of the entry written at ${by}`;
    case 'two-members':
      return `is not in force: a cluster is a pair, and ${by} was there first`;
    case 'no-member':
      return 'is not in force: it names a node that is no member any more';
  }
}

function show(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

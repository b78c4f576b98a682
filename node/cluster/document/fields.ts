/** The names of a document's fields. `/` separates: neither NIC names nor uids contain it. */
export const interfaceField = (nic: string, key?: string): string => join('interfaces', nic, key);
export const memberField = (uid: string, key?: string): string => join('members', uid, key);
export const networkField = (key: string): string => `network/${key}`;
export const refusalField = (nic: string): string => `refusals/${nic}`;

const join = (group: string, name: string, key: string | undefined): string =>
  key === undefined ? `${group}/${name}` : `${group}/${name}/${key}`;

/** A field of an entry: an interface's or a member's. `key` null: whether the entry exists. */
export interface EntryField {
  group: 'interfaces' | 'members';
  name: string;
  key: string | null;
  /** The field that says whether the entry exists. */
  existence: string;
}

/** The entry that a field belongs to; null when it belongs to none. */
export function entryFieldOf(field: string): EntryField | null {
  const [group, name, key = null] = field.split('/');
  if ((group !== 'interfaces' && group !== 'members') || name === undefined) return null;
  return { group, name, key, existence: `${group}/${name}` };
}

/** Fields that hold no decision of a person: of two written apart, the loser is not listed. */
export const isSilent = (field: string): boolean => field === 'order' || field.startsWith('refusals/');

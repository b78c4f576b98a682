import type { ClusterDocument, Lost, Register } from './document';
import { entryFieldOf, interfaceField, isSilent, memberField } from './fields';
import { sameJson, type Json } from './json';
import { lostId } from './lost';
import { compareRank, highest, isOverruled, originOf } from './rank';
import type { Dot } from './version';

/** A write that gave way, and what to. */
export interface Listing {
  id: string;
  lost: Lost;
  /** What is in force in its place; absent: nothing. */
  kept?: Json;
  keptBy: Dot;
  why: 'same-field' | 'address-taken' | 'entry-removed' | 'entry-kept' | 'two-members' | 'no-member';
}

/** Something that holds as the document stands, and is made to stay when it is next written to (`write.ts`). */
export type Repair =
  /** The field is not in force. */
  | { kind: 'void'; field: string; winner: Register }
  /** The entry was removed, and fields of it were written apart from that. */
  | { kind: 'drop'; existence: string; winner: Register }
  /** The entry was removed, and is there because of `winner`, a field written apart from that. */
  | { kind: 'revive'; existence: string; winner: Register };

/** What a document means. */
export interface Resolved {
  /** The fields in force; those of entries in force only. */
  inForce: ReadonlyMap<string, Json>;
  /** Of each field the write that counts, whether or not the field is in force. */
  winners: ReadonlyMap<string, Register>;
  /** The uids of the members, in the order in which they joined. */
  members: readonly string[];
  /** Writes that gave way, by the field whose registers say so. */
  listings: ReadonlyMap<string, readonly Listing[]>;
  repairs: readonly Repair[];
}

/** A cluster is a pair. */
export const MAX_MEMBERS = 2;

const known = new WeakMap<ClusterDocument, Resolved>();

/** What the document means: the same at every member that has the same writes. */
export function resolve(document: ClusterDocument): Resolved {
  const before = known.get(document);
  if (before !== undefined) return before;
  const resolved = new Resolution(document).result();
  known.set(document, resolved);
  return resolved;
}

class Resolution {
  private readonly inForce = new Map<string, Json>();
  private readonly winners = new Map<string, Register>();
  private readonly listings = new Map<string, Listing[]>();
  private readonly repairs: Repair[] = [];
  private members: string[] = [];

  constructor(private readonly document: ClusterDocument) {
    for (const [field, registers] of Object.entries(document.fields)) this.settleField(field, registers);
    for (const [existence, keys] of this.entries()) this.settleEntry(existence, keys);
    this.settleMembers();
    this.settleAddresses();
    this.settleActive();
    for (const [field, registers] of Object.entries(document.fields)) this.listCarried(field, registers);
  }

  result(): Resolved {
    const { inForce, winners, members, listings, repairs } = this;
    return { inForce, winners, members, listings, repairs };
  }

  /** Of writes made apart, the highest-ranking one stays. */
  private settleField(field: string, registers: readonly Register[]): void {
    const eligible = registers.filter((one) => !isOverruled(one, registers));
    const winner = highest(eligible);
    if (winner === undefined) return;
    this.winners.set(field, winner);
    if (winner.value !== undefined) this.inForce.set(field, winner.value);
    for (const other of eligible) {
      if (other === winner || other.repair === true || sameJson(other.value, winner.value)) continue;
      this.list(field, other, 'same-field', winner);
    }
  }

  /** A removal against writes inside the entry that had not seen it: the higher-ranking one decides for the whole entry. */
  private settleEntry(existence: string, fields: readonly string[]): void {
    const entry = entryFieldOf(existence);
    const said = this.winners.get(existence);
    if (said?.value !== undefined) return;
    const live = fields.filter((field) => this.inForce.has(field));
    const top = highest(live.flatMap((field) => this.winners.get(field) ?? []));
    if (top === undefined) return;
    if (entry?.group === 'interfaces' && (said === undefined || compareRank(top, said) > 0)) {
      this.inForce.set(existence, true);
      if (said !== undefined) this.list(existence, said, 'entry-kept', top);
      this.repairs.push({ kind: 'revive', existence, winner: top });
      return;
    }
    for (const field of live) {
      this.inForce.delete(field);
      const winner = this.winners.get(field);
      if (winner !== undefined && said !== undefined) this.list(field, winner, 'entry-removed', said);
    }
    if (said !== undefined) this.repairs.push({ kind: 'drop', existence, winner: said });
  }

  /** Who joined first stays. */
  private settleMembers(): void {
    const joined = [...this.entries().keys()]
      .filter((existence) => entryFieldOf(existence)?.group === 'members' && this.inForce.has(existence))
      .flatMap((existence) => {
        const winner = this.winners.get(existence);
        return winner === undefined ? [] : [{ existence, winner, origin: originOf(winner) }];
      })
      .sort((a, b) => a.origin[1] - b.origin[1] || (a.existence < b.existence ? -1 : 1));
    this.members = joined.slice(0, MAX_MEMBERS).map(({ existence }) => entryFieldOf(existence)?.name ?? '');
    const last = joined[MAX_MEMBERS - 1];
    for (const { existence, winner } of joined.slice(MAX_MEMBERS)) {
      for (const field of [...this.inForce.keys()]) if (field.startsWith(`${existence}/`)) this.inForce.delete(field);
      this.void(existence, winner, 'two-members', last?.winner ?? winner);
    }
  }

  /** An address is on one NIC: that of the highest-ranking write. */
  private settleAddresses(): void {
    const holders = new Map<string, Register>();
    const wanted = [...this.inForce].flatMap(([field, address]) => {
      const entry = entryFieldOf(field);
      const winner = this.winners.get(field);
      const isAddress = entry?.group === 'interfaces' && entry.key === 'clusterIP' && typeof address === 'string';
      return isAddress && address !== '' && winner !== undefined ? [{ field, address, winner }] : [];
    });
    wanted.sort((a, b) => compareRank(b.winner, a.winner) || (a.field < b.field ? -1 : 1));
    for (const { field, address, winner } of wanted) {
      const holder = holders.get(address);
      if (holder === undefined) holders.set(address, winner);
      else this.void(field, winner, 'address-taken', holder);
    }
  }

  private settleActive(): void {
    const uid = this.inForce.get('active') as string | undefined;
    const winner = this.winners.get('active');
    if (uid === undefined || winner === undefined || this.members.includes(uid)) return;
    const removal = this.winners.get(memberField(uid));
    this.void('active', winner, 'no-member', removal ?? winner);
  }

  /** What gave way in earlier writes; not what has come back into force since. */
  private listCarried(field: string, registers: readonly Register[]): void {
    const cleared = new Set(registers.flatMap((one) => one.cleared ?? []));
    const carried = registers.flatMap((one) => one.lost ?? []);
    const listed = [...(this.listings.get(field) ?? [])];
    for (const lost of carried) {
      const id = lostId(lost);
      if (listed.some((one) => one.id === id)) continue;
      const keeper = this.keeperOf(lost.field);
      listed.push({ id, lost, keptBy: keeper === undefined ? lost.dot : originOf(keeper), why: 'same-field' });
    }
    const left = listed.flatMap((one): Listing[] => {
      const kept = this.inForce.get(one.lost.field);
      if (cleared.has(one.id) || sameJson(one.lost.value, kept)) return [];
      return [kept === undefined ? one : { ...one, kept }];
    });
    if (left.length > 0) this.listings.set(field, left);
    else this.listings.delete(field);
  }

  private keeperOf(field: string): Register | undefined {
    const entry = entryFieldOf(field);
    return this.winners.get(field) ?? (entry === null ? undefined : this.winners.get(entry.existence));
  }

  private void(field: string, winner: Register, why: Listing['why'], keeper: Register): void {
    this.inForce.delete(field);
    this.list(field, winner, why, keeper);
    this.repairs.push({ kind: 'void', field, winner });
  }

  private list(field: string, register: Register, why: Listing['why'], keeper: Register): void {
    if (isSilent(field)) return;
    const { value, at } = register;
    const lost: Lost = { field, ...(value === undefined ? {} : { value }), dot: originOf(register), at };
    const listing = { id: lostId(lost), lost, keptBy: originOf(keeper), why };
    this.listings.set(field, [...(this.listings.get(field) ?? []), listing]);
  }

  /** The fields of each entry by the field that says whether it exists. */
  private entries(): Map<string, string[]> {
    const entries = new Map<string, string[]>();
    for (const field of this.winners.keys()) {
      const entry = entryFieldOf(field);
      if (entry === null) continue;
      const fields = entries.get(entry.existence) ?? [];
      entries.set(entry.existence, entry.key === null ? fields : [...fields, field]);
    }
    return entries;
  }
}

/** The NICs of the cluster's config, in order. */
export function nicsOf({ inForce }: Resolved): string[] {
  const order = (inForce.get('order') ?? []) as readonly Json[];
  const nics = [...inForce.keys()].flatMap((field) => {
    const entry = entryFieldOf(field);
    return entry?.group === 'interfaces' && entry.key === null ? [entry.name] : [];
  });
  const place = (nic: string) => (order.includes(nic) ? order.indexOf(nic) : order.length);
  return nics.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

/** The keys and values of one interface's entry that are in force. */
export function interfaceFieldsOf({ inForce }: Resolved, nic: string): [key: string, value: Json][] {
  const prefix = `${interfaceField(nic)}/`;
  return [...inForce].flatMap(([field, value]): [string, Json][] =>
    field.startsWith(prefix) ? [[field.slice(prefix.length), value]] : [],
  );
}

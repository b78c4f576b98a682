import fc from 'fast-check';
import { NetworkConfig } from '@tg/api';
import { conflicts } from './conflicts';
import { explainConflict } from './explain-conflict';
import { type Change, type ClusterDocument, emptyDocument } from './document';
import { merge } from './merge';
import { diff, networkOf } from './network';
import { parseDocument } from './parse';
import { clusterView, configuredActive, memberChanges, membersOf, removalChanges, settingsOf } from './view';
import { clearConflict, write } from './write';
import type { Author } from './author';

const FQDN = 'gateways.example.com';
const author = (uid: string, term: number | null, minute = 0): Author => ({
  name: `${uid}/1`,
  term: term === null ? null : { number: term, uid },
  at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
});
const described = {
  enabled: true,
  host: null,
  port: null,
  statusHost: null,
  statusPort: null,
  state: 'ACTIVE',
} as const;
const withMember = (document: ClusterDocument, uid: string, minute = 0) =>
  write(
    document,
    author(uid, null, minute),
    memberChanges(document, { uid, fqdn: `${uid}.example.com`, ...described }),
  );

/** Two members that know each other, and the same document at both. */
const begin = (network: NetworkConfig = {}): ClusterDocument => {
  const both = withMember(withMember(emptyDocument(FQDN), 'a'), 'b', 1);
  return put(both, author('a', 1, 2), network);
};
const put = (document: ClusterDocument, by: Author, network: NetworkConfig) =>
  write(document, by, diff(networkOf(document), network));
const eth1 = (clusterIP: string, more: object = {}) => ({ nic: 'eth1', clusterIP, ...more });

test('a network config comes back as it was written, its NICs in their order', () => {
  const network: NetworkConfig = {
    tunnels: [{ zz: 1, aa: { deep: [null, 1.5, ''] } }],
    darkMode: false,
    interfaces: [{ nic: 'eth2', mtu: 1500 }, eth1('10.0.1.50'), { nic: '__proto__', description: '' }],
  };
  expect(networkOf(begin(network))).toEqual(network);
  const moved = { interfaces: [...network.interfaces!].reverse() };
  expect(networkOf(put(begin(network), author('b', 1, 3), moved))).toEqual(moved);
});

test('a write that saw another one supersedes it, whoever ranks higher', () => {
  const first = put(begin(), author('b', 9, 3), { interfaces: [eth1('10.0.1.50')] });
  const second = put(first, author('a', 1, 4), { interfaces: [eth1('10.0.1.60')] });
  expect(networkOf(merge(first, second)).interfaces).toEqual([eth1('10.0.1.60')]);
  expect(conflicts(merge(second, first))).toEqual([]);
});

test('different fields written apart are both in force', () => {
  const start = begin({ interfaces: [eth1('10.0.1.50')] });
  const a = write(start, author('a', 1, 3), [{ field: 'timeout', value: 3 }]);
  const b = put(start, author('b', 2, 3), { interfaces: [eth1('10.0.1.60')] });
  const merged = merge(a, b);
  expect(settingsOf(merged).timeout).toBe(3);
  expect(networkOf(merged).interfaces).toEqual([eth1('10.0.1.60')]);
  expect(conflicts(merged)).toEqual([]);
});

describe('the same field written apart', () => {
  const start = begin({ interfaces: [eth1('10.0.1.50')] });
  const a = put(start, author('a', 3, 3), { interfaces: [eth1('10.0.1.60')] });
  const b = put(start, author('b', 2, 4), { interfaces: [eth1('10.0.1.70')] });
  const merged = merge(a, b);

  test('the higher term stays, the other one is listed', () => {
    expect(networkOf(merged).interfaces).toEqual([eth1('10.0.1.60')]);
    expect(conflicts(merged)).toMatchObject([
      { field: 'interfaces.eth1.clusterIP', kept: '10.0.1.60', keptBy: 'a', lost: '10.0.1.70', lostBy: 'b' },
    ]);
  });

  test('what gave way to what, and the way out, is a sentence', () => {
    const [conflict] = conflicts(merged);
    expect(explainConflict(conflict!, (uid) => `gw-${uid}`)).toMatch(
      /^interfaces\.eth1\.clusterIP: "10\.0\.1\.70", written at gw-b on 2026\S+ .*gave way to "10\.0\.1\.60", written at gw-a\. .*conflicts clear/,
    );
  });

  test('of equal terms, the higher uid stays', () => {
    const same = put(
      start,
      { ...author('b', 3, 4), term: { number: 3, uid: 'a' } },
      { interfaces: [eth1('10.0.1.70')] },
    );
    expect(networkOf(merge(same, a)).interfaces).toEqual([eth1('10.0.1.70')]);
  });

  test('the same value is no conflict', () => {
    const same = put(start, author('b', 2, 4), { interfaces: [eth1('10.0.1.60')] });
    expect(conflicts(merge(a, same))).toEqual([]);
  });

  test('it stays listed through later writes of the field, until it is cleared', () => {
    const [{ id } = { id: '' }] = conflicts(merged);
    const later = put(merged, author('b', 4, 5), { interfaces: [eth1('10.0.1.80')] });
    expect(conflicts(later)).toMatchObject([{ id, kept: '10.0.1.80', keptBy: 'b', lost: '10.0.1.70' }]);
    const gone = put(later, author('b', 4, 6), {});
    expect(conflicts(gone)).toMatchObject([{ id, kept: null, lost: '10.0.1.70' }]);
    expect(conflicts(clearConflict(gone, author('a', 4, 7), id)!)).toEqual([]);
    expect(clearConflict(gone, author('a', 4, 7), 'other')).toBeNull();
  });

  test('clearing it changes nothing else, reaches the peer, and gives way to a write made meanwhile', () => {
    const [{ id } = { id: '' }] = conflicts(merged);
    const cleared = clearConflict(merged, author('a', 9, 5), id)!;
    expect(networkOf(cleared)).toEqual(networkOf(merged));
    expect(conflicts(merge(merged, cleared))).toEqual([]);
    const meanwhile = put(merged, author('b', 1, 6), { interfaces: [eth1('10.0.1.80')] });
    expect(networkOf(merge(meanwhile, cleared)).interfaces).toEqual([eth1('10.0.1.80')]);
    expect(conflicts(merge(meanwhile, cleared))).toEqual([]);
  });

  test('a value that has come back into force is not listed', () => {
    expect(conflicts(put(merged, author('a', 3, 6), { interfaces: [eth1('10.0.1.70')] }))).toEqual([]);
  });
});

test('a member that was away does not bring back what was removed', () => {
  const start = begin({ interfaces: [eth1('10.0.1.50', { mtu: 1500 })] });
  const removed = put(start, author('a', 1, 3), {});
  expect(networkOf(merge(start, removed))).toEqual({});
  expect(conflicts(merge(removed, start))).toEqual([]);
  const anew = put(removed, author('a', 1, 4), { interfaces: [eth1('10.0.1.60')] });
  expect(networkOf(merge(anew, start))).toEqual({ interfaces: [eth1('10.0.1.60')] });
});

describe('what two good writes make together', () => {
  test('one address on two NICs: it stays where the higher rank wrote it, also when that NIC lets go of it later', () => {
    const start = begin({ interfaces: [{ nic: 'eth1' }, { nic: 'eth2' }] });
    const a = put(start, author('a', 1, 3), { interfaces: [eth1('10.0.1.50'), { nic: 'eth2' }] });
    const b = put(start, author('b', 2, 3), { interfaces: [{ nic: 'eth1' }, { nic: 'eth2', clusterIP: '10.0.1.50' }] });
    const merged = merge(a, b);
    expect(networkOf(merged).interfaces).toEqual([{ nic: 'eth1' }, { nic: 'eth2', clusterIP: '10.0.1.50' }]);
    expect(conflicts(merged)).toMatchObject([
      { field: 'interfaces.eth1.clusterIP', lost: '10.0.1.50', lostBy: 'a', keptBy: 'b', why: 'address-taken' },
    ]);
    const moved = { interfaces: [{ nic: 'eth1' }, { nic: 'eth2', clusterIP: '10.0.1.51' }] };
    const later = put(merged, author('b', 2, 4), moved);
    expect(networkOf(later)).toEqual(moved);
    expect(conflicts(later)).toMatchObject([{ field: 'interfaces.eth1.clusterIP', lost: '10.0.1.50' }]);
  });

  test('an entry removed by one and written to by the other: the higher rank decides for the entry', () => {
    const start = begin({ interfaces: [{ nic: 'eth1', mtu: 1500 }] });
    const removed = (term: number) => put(start, author('a', term, 3), {});
    const written = (term: number) =>
      put(start, author('b', term, 3), { interfaces: [eth1('10.0.1.50', { mtu: 1500 })] });
    const gone = merge(removed(3), written(2));
    expect(networkOf(gone)).toEqual({});
    expect(conflicts(gone)).toMatchObject([
      { field: 'interfaces.eth1.clusterIP', kept: null, lost: '10.0.1.50', why: 'entry-removed' },
    ]);
    const kept = merge(removed(2), written(3));
    expect(networkOf(kept).interfaces).toEqual([eth1('10.0.1.50')]);
    expect(conflicts(kept)).toMatchObject([{ field: 'interfaces.eth1', kept: true, lost: null, why: 'entry-kept' }]);
    const later = put(kept, author('a', 3, 5), { interfaces: [{ nic: 'eth1' }] });
    expect(networkOf(later)).toEqual({ interfaces: [{ nic: 'eth1' }] });
  });

  test('a third member is not taken, whoever hears of whom first', () => {
    const start = withMember(emptyDocument(FQDN), 'a');
    const b = withMember(start, 'b', 5);
    const c = withMember(start, 'c', 6);
    expect(membersOf(merge(b, c)).map(({ uid }) => uid)).toEqual(['a', 'b']);
    expect(conflicts(merge(c, b))).toMatchObject([{ field: 'members.c', why: 'two-members' }]);
  });

  test('a configured active member that was removed meanwhile', () => {
    const start = begin();
    const named = write(start, author('b', 2, 3), [{ field: 'active', value: 'a' }]);
    const removed = write(start, author('b', 1, 3), removalChanges(start, 'a'));
    const other = write(start, { ...author('x', 1, 3) }, removalChanges(start, 'a'));
    expect(configuredActive(merge(named, other))).toBeNull();
    expect(conflicts(merge(named, other))).toMatchObject([{ field: 'active', lost: 'a', why: 'no-member' }]);
    expect(membersOf(removed).map(({ uid }) => uid)).toEqual(['b']);
  });
});

test('what a node brings along gives way to what the cluster has, of whatever term', () => {
  const cluster = put(withMember(emptyDocument(FQDN), 'a'), author('a', null, 1), { interfaces: [eth1('10.0.1.50')] });
  const own = withMember(emptyDocument(FQDN), 'b', 2);
  const brought = write(
    own,
    author('b', 7, 3),
    diff({}, { interfaces: [eth1('10.0.1.60'), { nic: 'eth2', clusterIP: '10.0.2.60' }] }),
    true,
  );
  const merged = merge(cluster, brought);
  expect(networkOf(merged).interfaces).toEqual([eth1('10.0.1.50'), { nic: 'eth2', clusterIP: '10.0.2.60' }]);
  expect(conflicts(merged)).toMatchObject([{ lost: '10.0.1.60', lostBy: 'b' }]);
});

test('a member that lost its disk and writes before it hears of the cluster supersedes nothing', () => {
  const cluster = put(begin(), author('b', 1, 3), { interfaces: [eth1('10.0.1.50')] });
  const fresh = { ...author('b', null, 9), name: 'b/2' };
  let anew = write(
    emptyDocument(FQDN),
    fresh,
    memberChanges(emptyDocument(FQDN), { uid: 'b', fqdn: 'b.example.com', ...described }),
  );
  anew = put(anew, fresh, { interfaces: [eth1('10.0.1.60')] });
  anew = put(anew, fresh, { interfaces: [eth1('10.0.1.70')] });
  expect(networkOf(merge(cluster, anew)).interfaces).toEqual([eth1('10.0.1.50')]);
  expect(conflicts(merge(cluster, anew))).toMatchObject([{ lost: '10.0.1.70' }]);
});

test('the stamp of the configured active changes with each write of it, and not when a conflict is cleared', () => {
  const one = write(begin(), author('a', 1, 3), [{ field: 'active', value: 'a' }]);
  const two = write(one, author('a', 1, 4), [{ field: 'active', value: 'a' }]);
  expect(clusterView(two).active?.uid).toBe('a');
  expect(clusterView(two).active?.stamp).not.toBe(clusterView(one).active?.stamp);
  const apart = merge(write(one, author('b', 1, 5), [{ field: 'active', value: 'b' }]), two);
  const cleared = clearConflict(apart, author('a', 2, 6), conflicts(apart)[0]!.id)!;
  expect(clusterView(cleared).active).toEqual(clusterView(apart).active);
});

describe('a document from elsewhere', () => {
  const good = JSON.parse(JSON.stringify(begin({ interfaces: [eth1('10.0.1.50')] }))) as ClusterDocument;
  test('is taken as it is', () => expect(parseDocument(good, "the peer's")).toBe(good));
  test.each<[string, unknown, RegExp]>([
    [
      'from the future',
      { ...good, format: 2, other: 1 },
      /format 2, and this tg-node understands formats up to 1: upgrade/,
    ],
    ['that is none', 'x', /is not valid/],
    [
      'with a field of no kind',
      { ...good, fields: { ...good.fields, colour: good.fields.order } },
      /colour: is not a field/,
    ],
    [
      'with a value that cannot be',
      { ...good, fields: { ...good.fields, timeout: [{ ...good.fields.order![0]!, value: 2 }] } },
      /timeout: has the value 2/,
    ],
    ['with a write it does not know of', { ...good, version: {} }, /version does not contain/],
  ])('%s is refused', (_, document, sentence) => {
    expect(() => parseDocument(document, "the peer's")).toThrow(sentence);
  });
  test('of another cluster is refused', () => {
    expect(() => merge(good, emptyDocument('other.example.com'))).toThrow(/other\.example\.com.*leave/);
  });
});

describe('any history of two members', () => {
  type Step =
    | { kind: 'put'; by: 0 | 1; nics: (null | { address: number; mtu: number | null })[] }
    | { kind: 'set'; by: 0 | 1; field: 'timeout' | 'active'; value: number }
    | { kind: 'clear' | 'term' | 'remember'; by: 0 | 1 }
    | { kind: 'merge'; by: 0 | 1; old: boolean };
  const NICS = ['eth1', 'eth2'];
  const side = fc.constantFrom(0 as const, 1 as const);
  const nic = fc.option(fc.record({ address: fc.nat(3), mtu: fc.option(fc.constantFrom(1400, 1500)) }));
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), by: side, nics: fc.tuple(nic, nic) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('set' as const),
        by: side,
        field: fc.constantFrom('timeout' as const, 'active' as const),
        value: fc.nat(1),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constantFrom('clear' as const, 'term' as const, 'remember' as const), by: side }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('merge' as const), by: side, old: fc.boolean() }) },
  );
  const networkFrom = (nics: (null | { address: number; mtu: number | null })[]): NetworkConfig => {
    const taken = new Set<number>();
    const interfaces = nics.flatMap((entry, i) => {
      if (entry === null) return [];
      const free = entry.address > 0 && !taken.has(entry.address);
      taken.add(entry.address);
      return [
        {
          nic: NICS[i]!,
          ...(free ? { clusterIP: `10.0.1.5${entry.address}` } : {}),
          ...(entry.mtu === null ? {} : { mtu: entry.mtu }),
        },
      ];
    });
    return interfaces.length === 0 ? {} : { interfaces };
  };

  /** One write of one field, and what its author had seen: kept apart from the document, to judge it by. */
  interface Written {
    id: string;
    change: Change;
    seen: ReadonlySet<number>;
    index: number;
  }

  /** Runs a history; returns every document there ever was, and both members' last. */
  function play(steps: readonly Step[]) {
    const start = begin({ interfaces: [{ nic: 'eth1', mtu: 1500 }] });
    const members = [0, 1].map(() => ({
      document: start,
      old: start,
      knows: new Set<number>(),
      knewThen: new Set<number>(),
    }));
    const log: Written[] = [];
    const cleared = new Set<string>();
    const terms = [1, 1];
    const all = [start];
    let minute = 10;
    for (const one of steps) {
      const me = members[one.by]!;
      const other = members[1 - one.by]!;
      const by = author(['a', 'b'][one.by]!, terms[one.by]!, ++minute);
      const record = (changes: readonly Change[]) => {
        me.document = write(me.document, by, changes);
        const number = me.document.version[by.name]!;
        for (const change of changes) {
          log.push({ id: `${change.field}@${by.name}:${number}`, change, seen: new Set(me.knows), index: log.length });
        }
        for (let i = log.length - changes.length; i < log.length; i++) me.knows.add(i);
      };
      switch (one.kind) {
        case 'put': {
          const wanted = networkFrom(one.nics);
          record(diff(networkOf(me.document), wanted));
          expect(networkOf(me.document)).toEqual(wanted);
          break;
        }
        case 'set':
          record([{ field: one.field, value: one.field === 'timeout' ? one.value + 3 : ['a', 'b'][one.value]! }]);
          break;
        case 'clear': {
          const [first] = conflicts(me.document);
          if (first === undefined) break;
          const before = networkOf(me.document);
          me.document = clearConflict(me.document, by, first.id)!;
          expect(networkOf(me.document)).toEqual(before);
          expect(conflicts(me.document).map(({ id }) => id)).not.toContain(first.id);
          cleared.add(`${first.field}|${first.at}`);
          break;
        }
        case 'term':
          terms[one.by]! += 2;
          break;
        case 'remember':
          me.old = me.document;
          me.knewThen = new Set(me.knows);
          break;
        case 'merge':
          me.document = merge(me.document, one.old ? other.old : other.document);
          for (const index of one.old ? other.knewThen : other.knows) me.knows.add(index);
      }
      all.push(me.document);
    }
    return { all, members, log, cleared };
  }

  test('merging is commutative, associative and idempotent, and always makes a valid config', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.nat(), fc.nat(), fc.nat(), (steps, i, j, k) => {
        const { all } = play(steps);
        const [a, b, c] = [i, j, k].map((n) => all[n % all.length]!) as [
          ClusterDocument,
          ClusterDocument,
          ClusterDocument,
        ];
        expect(merge(a, a)).toEqual(a);
        expect(merge(a, b)).toEqual(merge(b, a));
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
        const merged = merge(merge(a, b), c);
        expect(NetworkConfig.safeParse(networkOf(merged)).error).toBeUndefined();
        expect(parseDocument(JSON.parse(JSON.stringify(merged)), 'a')).toEqual(merged);
      }),
      { numRuns: 100 },
    );
  });

  test('every write is in force, superseded by one that had seen it, or listed until it is cleared', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const { members, log, cleared } = play(steps);
        const merged = merge(members[0]!.document, members[1]!.document);
        const network = networkOf(merged);
        const listed = new Set(conflicts(merged).map(({ field, at }) => `${field}|${at}`));
        const valueOf = (field: string): unknown => {
          const [group, name, key] = field.split('/');
          if (field === 'timeout') return settingsOf(merged).timeout;
          if (field === 'active') return configuredActive(merged);
          if (group !== 'interfaces') return undefined;
          const entry = network.interfaces?.find((one) => one.nic === name);
          if (key === undefined) return entry === undefined ? undefined : true;
          return (entry as Record<string, unknown> | undefined)?.[key];
        };
        for (const { id, change, index } of log) {
          const { field, value } = change;
          if (field === 'order') continue;
          const existence = field.split('/').slice(0, 2).join('/');
          const superseded = log.some(
            (later) => later.seen.has(index) && (later.change.field === field || later.change.field === existence),
          );
          const at = new Date(Number(id.slice(id.lastIndexOf(':') + 1))).toISOString();
          const name = `${field.replaceAll('/', '.')}|${at}`;
          const isInForce = valueOf(field) === value;
          if (!isInForce && !superseded && !listed.has(name) && !cleared.has(name)) {
            throw new Error(`lost: ${id} = ${JSON.stringify(value)}; ${JSON.stringify(conflicts(merged))}`);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

test('a document that is written to forever does not grow', () => {
  let a = begin();
  let b = a;
  let size = 0;
  for (let i = 0; i < 140; i++) {
    a = put(a, author('a', i + 1, 10 + 2 * i), {
      interfaces: [eth1(`10.0.1.${10 + (i % 100)}`), { nic: 'eth2', mtu: 1400 + i }],
    });
    b = put(b, author('b', i + 1, 11 + 2 * i), i % 3 === 0 ? {} : { interfaces: [eth1(`10.0.2.${10 + (i % 100)}`)] });
    a = b = merge(a, b);
    if (i === 70) size = JSON.stringify(a).length;
  }
  expect(JSON.stringify(a).length).toBeLessThan(size * 1.2);
});

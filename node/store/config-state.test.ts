import fc from 'fast-check';
import type { Interface, NetworkConfig } from '@tg/api';
import {
  confirm,
  type ConfigState,
  ConfigState as Schema,
  EMPTY,
  entryOf,
  nicsInForce,
  outcomeOf,
  put,
  revert,
  withEntry,
} from './config-state';

const config = (...interfaces: Interface[]): NetworkConfig => ({ interfaces });
const eth1 = (clusterIP: string, rest: Partial<Interface> = {}): Interface => ({ nic: 'eth1', clusterIP, ...rest });
const refusal = (version: number, address: string, nic = 'eth1') => ({
  version,
  nic,
  address,
  at: '2026-01-01T00:00:00Z',
  code: 'held-by-other',
  message: `${address} is held by eni-2`,
});
const mustRevert = (state: ConfigState, ...of: Parameters<typeof refusal>): ConfigState => {
  const next = revert(state, refusal(...of));
  if (next === null) throw new Error('was not put back');
  return next;
};

test('a first write that is refused leaves no entry, and the refusal is its outcome', () => {
  const written = put(EMPTY, config(eth1('10.0.1.50')));
  expect(outcomeOf(written, 1, 'eth1')).toEqual({ outcome: 'pending' });
  const back = mustRevert(written, 1, '10.0.1.50');
  expect(back.version).toBe(2);
  expect(back.config).toEqual({ interfaces: [] });
  expect(outcomeOf(back, 1, 'eth1')).toEqual({ outcome: 'refused', refusal: refusal(1, '10.0.1.50') });
});

test('a refused change puts the whole entry back, in its place, and leaves the other NICs', () => {
  const eth0: Interface = { nic: 'eth0', mtu: 1500 };
  const eth2: Interface = { nic: 'eth2', clusterIP: '10.0.2.50' };
  let state = put(EMPTY, config(eth0, eth1('10.0.1.50', { mtu: 9001 }), eth2));
  state = confirm(state, 'eth1', 1);
  state = put(state, config(eth0, eth1('10.0.1.60', { mtu: 1300 }), { ...eth2, clusterIP: '10.0.2.60' }));
  state = mustRevert(state, 2, '10.0.1.60');
  expect(state.config).toEqual(config(eth0, eth1('10.0.1.50', { mtu: 9001 }), { ...eth2, clusterIP: '10.0.2.60' }));
  expect(outcomeOf(state, 2, 'eth2')).toEqual({ outcome: 'pending' });
});

test('a newer write supersedes: the old refusal changes nothing', () => {
  let state = put(EMPTY, config(eth1('10.0.1.50')));
  state = put(state, config(eth1('10.0.1.60')));
  expect(revert(state, refusal(1, '10.0.1.50'))).toBeNull();
  expect(outcomeOf(state, 1, 'eth1')).toEqual({ outcome: 'superseded' });
  expect(outcomeOf(state, 2, 'eth1')).toEqual({ outcome: 'pending' });
});

test('a newer write of the same address, and writes that leave the NIC alone, share the refusal', () => {
  let state = put(EMPTY, config(eth1('10.0.1.50')));
  state = put(state, config(eth1('10.0.1.50'), { nic: 'eth2' }));
  state = put(state, config(eth1('10.0.1.50', { mtu: 1400 }), { nic: 'eth2' }));
  state = put(state, config(eth1('10.0.1.50', { mtu: 1400 })));
  state = mustRevert(state, 1, '10.0.1.50');
  for (const version of [1, 2, 3, 4]) expect(outcomeOf(state, version, 'eth1')?.outcome).toBe('refused');
  expect(outcomeOf(state, 2, 'eth2')?.outcome).toBe('superseded');
  expect(state.config).toEqual({ interfaces: [] });
});

test('what is put back is the value confirmed last, also when a newer write was already there', () => {
  let state = put(EMPTY, config(eth1('10.0.1.50')));
  state = put(state, config(eth1('10.0.1.60')));
  state = confirm(state, 'eth1', 1);
  state = mustRevert(state, 2, '10.0.1.60');
  expect(entryOf(state.config, 'eth1')?.clusterIP).toBe('10.0.1.50');
});

test('a confirmed value is not put back', () => {
  const state = confirm(put(EMPTY, config(eth1('10.0.1.50'))), 'eth1', 1);
  expect(outcomeOf(state, 1, 'eth1')).toEqual({ outcome: 'applied' });
  expect(revert(state, refusal(1, '10.0.1.50'))).toBeNull();
});

const both = (one: string, two: string) => config(eth1(one), { nic: 'eth2', clusterIP: two });
const bothInForce = () => confirm(confirm(put(EMPTY, both('10.0.1.50', '10.0.1.51')), 'eth1', 1), 'eth2', 1);

test('an address that another NIC got and confirmed is not put back beside it', () => {
  let state = confirm(put(EMPTY, config(eth1('10.0.1.50'))), 'eth1', 1);
  state = put(state, both('10.0.1.60', '10.0.1.50'));
  state = confirm(state, 'eth2', 2);
  state = mustRevert(state, 2, '10.0.1.60');
  expect(state.config).toEqual(config({ nic: 'eth1' }, { nic: 'eth2', clusterIP: '10.0.1.50' }));
});

test('a swap that is refused is put back on both NICs, and both writers hear why', () => {
  const state = mustRevert(put(bothInForce(), both('10.0.1.51', '10.0.1.50')), 2, '10.0.1.51');
  expect(state.config).toEqual(both('10.0.1.50', '10.0.1.51'));
  expect(revert(state, refusal(2, '10.0.1.50', 'eth2'))).toBeNull();
  expect(outcomeOf(state, 2, 'eth1')?.refusal?.message).toBe('10.0.1.51 is held by eni-2');
  expect(outcomeOf(state, 2, 'eth2')?.refusal?.message).toMatch(/^eth2 was put back together with eth1.*held by eni-2/);
  expect([...nicsInForce(state)]).toEqual(['eth1', 'eth2']);
});

test('a move that is refused leaves the address where it was', () => {
  let state = confirm(put(EMPTY, config(eth1('10.0.1.50'), { nic: 'eth2' })), 'eth1', 1);
  state = confirm(state, 'eth2', 1);
  state = put(state, config({ nic: 'eth1' }, { nic: 'eth2', clusterIP: '10.0.1.50' }));
  state = mustRevert(state, 2, '10.0.1.50', 'eth2');
  expect(state.config).toEqual(config(eth1('10.0.1.50'), { nic: 'eth2' }));
});

test('only a value that was confirmed and not changed since is in force', () => {
  let state = put(EMPTY, config(eth1('10.0.1.50')));
  expect(nicsInForce(state).size).toBe(0);
  state = confirm(state, 'eth1', 1);
  expect([...nicsInForce(state)]).toEqual(['eth1']);
  state = put(state, config(eth1('10.0.1.50', { mtu: 1400 })));
  expect([...nicsInForce(state)]).toEqual(['eth1']);
  state = put(put(state, config(eth1('10.0.1.60'))), config(eth1('10.0.1.50')));
  expect(nicsInForce(state).size).toBe(0);
});

test('any writes of two addresses on three NICs, then refusals: what was in force stays in the config', () => {
  const nics = ['eth1', 'eth2', 'eth3'];
  const addresses = ['10.0.1.50', '10.0.1.51', '10.0.1.52'];
  const placed = (order: readonly number[]) =>
    config(...nics.map((nic, i): Interface => ({ nic, clusterIP: addresses[order[i] ?? 0] ?? '' })));
  const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(order, order, fc.shuffledSubarray(nics), (first, second, refusing) => {
      let state = put(EMPTY, placed(first));
      for (const nic of nics) state = confirm(state, nic, 1);
      state = put(state, placed(second));
      const before = first.filter((i) => i < 3).map((i) => addresses[i]);
      const after = second.filter((i) => i < 3).map((i) => addresses[i]);
      for (const nic of refusing) {
        const wanted = entryOf(state.config, nic)?.clusterIP;
        if (wanted) state = revert(state, refusal(2, wanted, nic)) ?? state;
      }
      const left = (state.config.interfaces ?? []).map(({ clusterIP }) => clusterIP);
      for (const address of before) if (after.includes(address)) expect(left).toContain(address);
    }),
  );
});

test('the removal of an entry is pending until it is confirmed', () => {
  let state = confirm(put(EMPTY, config(eth1('10.0.1.50'))), 'eth1', 1);
  state = put(state, { interfaces: [] });
  expect(outcomeOf(state, 2, 'eth1')).toEqual({ outcome: 'pending' });
  expect(outcomeOf(confirm(state, 'eth1', 2), 2, 'eth1')).toEqual({ outcome: 'applied' });
});

test('a refusal stays the outcome of its write when a later value of the NIC is confirmed', () => {
  let state = mustRevert(put(EMPTY, config(eth1('10.0.1.50'))), 1, '10.0.1.50');
  expect(state.refusals).toHaveLength(1);
  state = put(state, config(eth1('10.0.1.70')));
  state = confirm(state, 'eth1', 3);
  expect(state.refusals).toMatchObject([{ version: 1, past: true }]);
  expect(outcomeOf(state, 1, 'eth1')).toEqual({ outcome: 'refused', refusal: refusal(1, '10.0.1.50') });
});

test('a NIC that no write ever concerned has no outcome', () => {
  expect(outcomeOf(put(EMPTY, config(eth1('10.0.1.50'))), 1, 'eth9')).toBeNull();
});

test('a version that was never written has no outcome', () => {
  expect(outcomeOf(EMPTY, 1, 'eth1')).toBeNull();
  expect(outcomeOf(put(EMPTY, {}), 0, 'eth1')).toBeNull();
});

test('withEntry adds at the end, replaces in place, removes', () => {
  const two = config({ nic: 'eth0' }, { nic: 'eth1' });
  expect(withEntry(two, 'eth0', { nic: 'eth0', mtu: 1300 }).interfaces?.map((i) => i.nic)).toEqual(['eth0', 'eth1']);
  expect(withEntry(two, 'eth2', { nic: 'eth2' }).interfaces?.map((i) => i.nic)).toEqual(['eth0', 'eth1', 'eth2']);
  expect(withEntry(two, 'eth0', null)).toEqual(config({ nic: 'eth1' }));
  expect(withEntry({}, 'eth0', null)).toEqual({});
});

test('any history: what is put back is what was confirmed last, and the file shape holds', () => {
  const nics = ['eth1', 'eth2', '__proto__'];
  const entry = (nic: string) =>
    fc
      .option(fc.record({ address: fc.constantFrom('10.0.1.50', '10.0.1.60', ''), mtu: fc.constantFrom(1300, 1400) }))
      .map((value): Interface | null => (value === null ? null : { nic, clusterIP: value.address, mtu: value.mtu }));
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('put' as const), entries: fc.tuple(...nics.map(entry)) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('confirm' as const), nic: fc.constantFrom(...nics), back: fc.nat(3) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('refuse' as const), nic: fc.constantFrom(...nics) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let state: ConfigState = EMPTY;
      const versions: Map<string, Interface | null>[] = [new Map(nics.map((nic) => [nic, null]))];
      const inForce = new Map<string, Interface | null>(nics.map((nic) => [nic, null]));
      const confirmedAt = new Map<string, number>(nics.map((nic) => [nic, 0]));
      const snapshot = () => versions.push(new Map(nics.map((nic) => [nic, entryOf(state.config, nic) ?? null])));
      for (const one of steps) {
        if (one.kind === 'put') {
          const seen = new Set<string>();
          const interfaces = one.entries.filter((e): e is Interface => {
            if (e === null || (e.clusterIP && seen.has(e.clusterIP))) return false;
            seen.add(e.clusterIP ?? '');
            return true;
          });
          state = put(state, { interfaces });
          snapshot();
        } else if (one.kind === 'confirm') {
          const version = Math.max(state.version - one.back, 0);
          state = confirm(state, one.nic, version);
          if (version >= (confirmedAt.get(one.nic) ?? 0)) {
            inForce.set(one.nic, versions[version]!.get(one.nic) ?? null);
            confirmedAt.set(one.nic, version);
          }
        } else {
          const wanted = entryOf(state.config, one.nic)?.clusterIP ?? '';
          const next = revert(state, refusal(state.version, wanted, one.nic));
          if (next === null) continue;
          const back = inForce.get(one.nic) ?? null;
          const now = entryOf(next.config, one.nic) ?? null;
          expect({ ...now, clusterIP: undefined }).toEqual({ ...back, clusterIP: undefined });
          if (now?.clusterIP) expect(now.clusterIP).toBe(back?.clusterIP);
          expect(outcomeOf(next, state.version, one.nic)?.outcome).toBe('refused');
          state = next;
          snapshot();
          confirmedAt.set(one.nic, state.version);
          inForce.set(one.nic, now);
        }
        expect(Schema.safeParse(JSON.parse(JSON.stringify(state))).success).toBe(true);
        expect(state.version).toBe(versions.length - 1);
      }
    }),
    { numRuns: 100 },
  );
});

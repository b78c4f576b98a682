import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigStore } from './store/config-store';
import { openFileConfigStore } from './store/file-config-store';
import { storeOutcomes } from './store-outcomes';

let dir: string;
let store: ConfigStore;
const ends = new AbortController();
const slept: number[] = [];
const clock = {
  sleep: (ms: number) => {
    slept.push(ms);
    return Promise.resolve();
  },
};
const onEniMissing = jest.fn();
const logged: string[] = [];
const writer = () =>
  storeOutcomes({ store, clock, log: (_, message) => logged.push(message), ends: ends.signal, onEniMissing });
const changed = () => new Promise<void>((resolve) => store.onChange(() => resolve()));

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tg-outcomes-'));
  store = await openFileConfigStore(dir, { onWarning: () => undefined });
  slept.length = 0;
  await store.put({ interfaces: [{ nic: 'eth1', clusterIP: '10.0.1.50' }, { nic: 'eth2' }] });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const refused = {
  type: 'refused',
  version: 1,
  nic: 'eth1',
  address: '10.0.1.50',
  code: 'eni-full',
  message: 'the ENI is full',
} as const;

test('a full disk delays a refusal, it does not lose it', async () => {
  const revert = store.revert.bind(store);
  let failures = 2;
  store.revert = (refusal) => (failures-- > 0 ? Promise.reject(new Error('disk full')) : revert(refusal));
  const done = changed();
  writer().onEvent(refused);
  await done;
  expect(slept).toEqual([5000, 5000]);
  expect(store.outcome(1, 'eth1')).toMatchObject({ outcome: 'refused', refusal: { message: 'the ENI is full' } });
  expect(logged.join()).toContain('cannot store the refusal of 10.0.1.50; trying again');
});

test('a refusal that comes after a newer write changes nothing', async () => {
  await store.put({ interfaces: [{ nic: 'eth1', clusterIP: '10.0.1.60' }, { nic: 'eth2' }] });
  const { version } = store.current();
  writer().onEvent(refused);
  await store.confirm('eth2', version); // after it, in order
  expect(store.current().version).toBe(version);
  expect(store.outcome(1, 'eth1')?.outcome).toBe('superseded');
});

test('a NIC that the reconciler has nothing to do with is confirmed, the others are not', async () => {
  const stop = writer().settleWith(() => ['eth1']);
  const done = new Promise<void>((resolve) => store.onChange(({ pending }) => !pending.has('eth2') && resolve()));
  await store.put({
    interfaces: [
      { nic: 'eth1', clusterIP: '10.0.1.50' },
      { nic: 'eth2', mtu: 1500 },
    ],
  });
  await done;
  expect([...store.current().pending.keys()]).toEqual(['eth1']);
  stop();
});

test('an ENI that is gone is told', () => {
  const problem = { code: 'eni-missing', kind: 'ask-a-person', since: 'x', message: 'gone' } as const;
  writer().onEvent({ type: 'failing', version: 1, nic: 'eth1', address: null, problem });
  expect(onEniMissing).toHaveBeenCalledWith('eth1');
});

import type { NetworkConfig } from '@tg/api';
import type { ConfigState } from '../../store/config-state';
import { StoreError } from '../../store/config-store';
import { openConfigStore } from '../../store/file-config-store';
import type { VersionVector } from '../message';
import { configuredActive, membersOf } from '../document/view';
import type { StoredCluster } from './cluster-file';
import { ClusterRefusal, ClusterStore } from './cluster-store';

const FQDN = 'gateways.example.com';

/** A file that survives its reader, and that can refuse to be written. */
class MemoryFile<T> {
  content: string | null = null;
  fails = false;
  load = (): Promise<T | null> => Promise.resolve(this.content === null ? null : (JSON.parse(this.content) as T));
  save = (value: T): Promise<void> => {
    if (this.fails) return Promise.reject(new StoreError('disk', 'the disk is full'));
    this.content = JSON.stringify(value);
    return Promise.resolve();
  };
}

let minute = 0;

class Node {
  readonly configFile = new MemoryFile<ConfigState>();
  readonly clusterFile = new MemoryFile<StoredCluster>();
  store!: ClusterStore;
  term = 1;
  /** Null: it holds. */
  holderApplied: VersionVector | null = null;
  inPlace = true;
  constructor(readonly uid: string) {}

  async start(): Promise<this> {
    const wall = () => new Date(Date.UTC(2026, 0, 1, 0, ++minute)).toISOString();
    this.store = await ClusterStore.open({
      uid: this.uid,
      file: this.clusterFile,
      config: await openConfigStore(this.configFile, wall),
      term: () => ({ number: this.term, uid: this.uid }),
      holderApplied: () => this.holderApplied,
      inPlace: () => this.inPlace,
      wall,
    });
    return this;
  }

  join = () => this.store.join(FQDN, { ...described, fqdn: `${this.uid}.example.com` });
  put = (network: NetworkConfig) => this.store.config.put(network);
  get network(): NetworkConfig {
    return this.store.config.current().config;
  }
  hear = (other: Node) => this.store.port.merge(JSON.parse(JSON.stringify(other.store.port.export())));
  conflicts = () => this.store.conflicts().map(({ field, kept, lost }) => ({ field, kept, lost }));
}

const described = {
  enabled: true,
  host: null,
  port: null,
  statusHost: null,
  statusPort: null,
  state: 'ACTIVE',
} as const;
const eth1 = (clusterIP: string, more: object = {}) => ({ nic: 'eth1', clusterIP, ...more });
const wants = (...interfaces: NonNullable<NetworkConfig['interfaces']>): NetworkConfig => ({ interfaces });
const refusal = (version: number, address: string) => ({
  nic: 'eth1',
  version,
  address,
  code: 'held-by-other',
  message: `${address} is held by eni-9`,
});

/** Two members that have heard each other; `a` holds. */
async function pair(network: NetworkConfig = {}): Promise<[Node, Node]> {
  const a = await new Node('a').start();
  const b = await new Node('b').start();
  await a.join();
  await b.join();
  await a.put(network);
  await b.hear(a);
  await a.hear(b);
  b.holderApplied = {};
  return [a, b];
}

test('without a document it is the config alone', async () => {
  const a = await new Node('a').start();
  const stored = await a.put(wants(eth1('10.0.1.50')));
  expect(stored).toMatchObject({ version: 1, config: wants(eth1('10.0.1.50')) });
  expect(a.clusterFile.content).toBeNull();
  expect(() => a.store.port.view()).toThrow(ClusterRefusal);
});

test("a cluster IP written to a member is the cluster's and reaches the peer; other fields stay its own", async () => {
  const [a, b] = await pair();
  await b.put(wants({ nic: 'eth1', mtu: 9001 }));
  const stored = await a.put(wants({ mtu: 1400, nic: 'eth1', clusterIP: '10.0.1.50' }));
  expect(JSON.stringify(stored.config)).toBe('{"interfaces":[{"mtu":1400,"nic":"eth1","clusterIP":"10.0.1.50"}]}');
  await b.hear(a);
  expect(b.network).toEqual(wants({ nic: 'eth1', mtu: 9001, clusterIP: '10.0.1.50' }));
  await b.put(wants({ nic: 'eth1', mtu: 9001 }));
  await a.hear(b);
  expect(a.network).toEqual(wants({ nic: 'eth1', mtu: 1400 }));
});

test('the config of the cluster is at both members, each field of it in the place of their own', async () => {
  const [a, b] = await pair();
  await b.put({ ...wants({ nic: 'eth1', routes: [{ route: '10.9.0.0/16' }] }), forwarding: false });
  await a.store.putNetwork({
    forwarding: true,
    ...wants(eth1('10.0.1.50', { cloudRoutes: [{ route: '0.0.0.0/0' }] })),
  });
  await b.hear(a);
  expect(b.network).toEqual({
    forwarding: true,
    ...wants({
      nic: 'eth1',
      routes: [{ route: '10.9.0.0/16' }],
      clusterIP: '10.0.1.50',
      cloudRoutes: [{ route: '0.0.0.0/0' }],
    }),
  });
  await a.store.putNetwork({});
  await b.hear(a);
  expect(b.network).toEqual(wants({ nic: 'eth1', routes: [{ route: '10.9.0.0/16' }] }));
  expect(a.network.interfaces ?? []).toEqual([]);
});

test('a document that brings nothing new makes no version', async () => {
  const [a, b] = await pair(wants(eth1('10.0.1.50')));
  const { version } = b.store.config.current();
  await b.hear(a);
  await a.store.set([{ field: 'timeout', value: 3 }]);
  await b.hear(a);
  expect(b.store.config.current().version).toBe(version);
  expect(b.store.port.view().timeoutMs).toBe(3000);
});

test('followers hear of a change when config and document are whole', async () => {
  const [a, b] = await pair();
  const heard: unknown[] = [];
  b.store.config.onChange(({ config }) => heard.push(config, b.store.port.version()));
  b.store.onChange(() => heard.push('document'));
  await a.put(wants(eth1('10.0.1.50')));
  await b.hear(a);
  expect(heard).toEqual(['document', wants(eth1('10.0.1.50')), a.store.port.version()]);
});

describe('joining and leaving', () => {
  test("own cluster IPs become the cluster's where it has none, and are listed where it has", async () => {
    const a = await new Node('a').start();
    const b = await new Node('b').start();
    await a.put(wants(eth1('10.0.1.50')));
    await b.put(wants(eth1('10.0.1.60', { mtu: 9001 }), { nic: 'eth2', clusterIP: '10.0.2.60' }));
    await a.join();
    await b.join();
    b.term = 9;
    expect(a.network).toEqual(wants(eth1('10.0.1.50')));
    await a.hear(b);
    await b.hear(a);
    expect(a.network).toEqual(wants(eth1('10.0.1.50'), { nic: 'eth2', clusterIP: '10.0.2.60' }));
    expect(b.network).toEqual(wants(eth1('10.0.1.50', { mtu: 9001 }), { nic: 'eth2', clusterIP: '10.0.2.60' }));
    expect(a.conflicts()).toEqual([{ field: 'interfaces.eth1.clusterIP', kept: '10.0.1.50', lost: '10.0.1.60' }]);
    expect(b.conflicts()).toEqual(a.conflicts());
  });

  test('on the node that has the cluster already, too', async () => {
    const a = await new Node('a').start();
    await a.put(wants(eth1('10.0.1.60')));
    await a.store.create(FQDN);
    expect(a.network).toEqual(wants(eth1('10.0.1.60')));
    await a.store.putNetwork(wants(eth1('10.0.1.50')));
    expect(a.network).toEqual(wants(eth1('10.0.1.60')));
    await a.join();
    expect(a.network).toEqual(wants(eth1('10.0.1.50')));
    expect(a.conflicts()).toMatchObject([{ lost: '10.0.1.60' }]);
  });

  test('who leaves keeps nothing of the cluster; the other one keeps it', async () => {
    const [a, b] = await pair(wants(eth1('10.0.1.50')));
    await b.put(wants(eth1('10.0.1.50', { mtu: 9001 })));
    await b.store.set([{ field: 'active', value: 'b' }]);
    await b.store.removeMember('b');
    await a.hear(b);
    await b.store.forget();
    expect(b.network).toEqual(wants({ nic: 'eth1', mtu: 9001 }));
    expect(b.store.current()).toBeNull();
    expect(a.network).toEqual(wants(eth1('10.0.1.50')));
    expect(membersOf(a.store.current()!).map(({ uid }) => uid)).toEqual(['a']);
    expect(configuredActive(a.store.current()!)).toBeNull();
    await b.start();
    expect(b.network).toEqual(wants({ nic: 'eth1', mtu: 9001 }));
  });

  test('a member that was taken out while it was away has nothing of the cluster once it hears', async () => {
    const [a, b] = await pair(wants(eth1('10.0.1.50')));
    await a.store.removeMember('b');
    await b.hear(a);
    expect(b.network.interfaces ?? []).toEqual([]);
    expect(b.store.port.view().members).toEqual(['a']);
  });

  test('a third member, another cluster and a second cluster are refused; nothing changes', async () => {
    const [a, b] = await pair();
    const c = await new Node('c').start();
    await c.store.create(FQDN);
    await c.hear(a);
    await expect(c.join()).rejects.toThrow(/two members already \(a and b\)/);
    await expect(a.store.join('other.example.com', { ...described, fqdn: 'a' })).rejects.toThrow(/take it out first/);
    const before = a.clusterFile.content;
    await expect(a.store.create('other.example.com')).rejects.toThrow(/already has the cluster gateways/);
    await expect(b.store.port.merge({ ...(a.store.port.export() as object), fqdn: 'x' })).rejects.toThrow(
      /of cluster x/,
    );
    await expect(b.store.port.merge({ format: 2 })).rejects.toThrow(/upgrade tg-node here/);
    expect(a.clusterFile.content).toBe(before);
    await a.store.set([{ field: 'timeout', value: 5 }]);
    expect(Object.keys(a.store.port.version()).filter((author) => author.startsWith('a/'))).toHaveLength(1);
  });
});

describe('an address that AWS refuses for good', () => {
  test('is put back at both members, and the writer at the other one hears why', async () => {
    const [a, b] = await pair(wants(eth1('10.0.1.50', { mtu: 1400 })));
    for (const node of [a, b]) await node.store.config.confirm('eth1', node.store.config.current().version);
    b.holderApplied = a.store.applied();
    await b.store.review();
    const { version } = await b.put(wants(eth1('10.0.1.60')));
    await a.hear(b);
    expect(b.store.config.outcome(version, 'eth1')).toEqual({ outcome: 'pending' });
    expect(await a.store.config.revert(refusal(a.store.config.current().version, '10.0.1.60'))).toBe(true);
    expect(a.network).toEqual(wants(eth1('10.0.1.50', { mtu: 1400 })));
    await b.hear(a);
    expect(b.network).toEqual(wants(eth1('10.0.1.50')));
    expect(b.store.config.outcome(version, 'eth1')).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'held-by-other', message: '10.0.1.60 is held by eni-9' },
    });
    expect(b.store.config.current().refusals).toHaveLength(1);
  });

  test('a first one leaves no address at either', async () => {
    const [a, b] = await pair();
    const { version } = await b.put(wants(eth1('10.0.1.60')));
    await a.hear(b);
    await a.store.config.revert(refusal(a.store.config.current().version, '10.0.1.60'));
    await b.hear(a);
    expect([a.network.interfaces ?? [], b.network.interfaces ?? []]).toEqual([[], []]);
    expect(b.store.config.outcome(version, 'eth1')?.outcome).toBe('refused');
  });

  test('the same address written again later is not refused by the old refusal', async () => {
    const [a, b] = await pair();
    await b.put(wants(eth1('10.0.1.60')));
    await a.hear(b);
    await a.store.config.revert(refusal(a.store.config.current().version, '10.0.1.60'));
    await b.hear(a);
    const { version } = await b.put(wants(eth1('10.0.1.60')));
    await a.hear(b);
    await a.put(wants(eth1('10.0.1.70')));
    await b.hear(a);
    expect(b.store.config.outcome(version, 'eth1')).toEqual({ outcome: 'superseded' });
  });

  test('a crash between the two files loses neither', async () => {
    const [a, b] = await pair();
    const { version } = await b.put(wants(eth1('10.0.1.60')));
    await a.hear(b);
    await a.store.config.revert(refusal(a.store.config.current().version, '10.0.1.60'));
    const before = b.configFile.content;
    await b.hear(a);
    b.configFile.content = before;
    await b.start();
    expect(b.network.interfaces ?? []).toEqual([]);
    expect(b.store.config.outcome(version, 'eth1')?.outcome).toBe('refused');
  });
});

describe('what is in force', () => {
  test('at a member that does not hold, a write is applied only when the holder has applied it', async () => {
    const [a, b] = await pair();
    const { version } = await b.put(wants(eth1('10.0.1.50')));
    await b.store.config.confirm('eth1', version);
    expect(b.store.config.outcome(version, 'eth1')).toEqual({ outcome: 'pending' });
    await a.hear(b);
    b.holderApplied = a.store.applied();
    await b.store.review();
    expect(b.store.config.outcome(version, 'eth1')).toEqual({ outcome: 'pending' });
    await a.store.config.confirm('eth1', a.store.config.current().version);
    b.holderApplied = a.store.applied();
    await b.store.review();
    expect(b.store.config.outcome(version, 'eth1')).toEqual({ outcome: 'applied' });
    expect([...b.store.config.current().inForce]).toEqual(['eth1']);
  });

  test('written while the holder is away: when this member holds and has it in place', async () => {
    const [, b] = await pair();
    const { version } = await b.put(wants(eth1('10.0.1.50')));
    await b.store.config.confirm('eth1', version);
    b.inPlace = false;
    b.holderApplied = null;
    await b.store.review();
    expect(b.store.config.outcome(version, 'eth1')).toEqual({ outcome: 'pending' });
    b.inPlace = true;
    await b.store.review();
    expect(b.store.config.outcome(version, 'eth1')).toEqual({ outcome: 'applied' });
  });

  test('one NIC that is stuck does not make the other one look applied', async () => {
    const [a, b] = await pair();
    await a.put(wants(eth1('10.0.1.50'), { nic: 'eth2', clusterIP: '10.0.2.50' }));
    await a.store.config.confirm('eth2', a.store.config.current().version);
    await b.hear(a);
    b.holderApplied = a.store.applied();
    await b.store.review();
    expect([...b.store.config.current().pending.keys()]).toContain('eth1');
  });
});

describe('files', () => {
  const steps: [string, (a: Node, b: Node) => Promise<unknown>][] = [
    ['a write to the node', (a) => a.put(wants(eth1('10.0.1.60', { mtu: 1400 })))],
    ['a write to the cluster', (a) => a.store.putNetwork(wants(eth1('10.0.1.60')))],
    ['a merge', (a, b) => a.hear(b)],
    ['leaving', (a) => a.store.removeMember('a')],
    ['forgetting', (a) => a.store.forget()],
  ];

  test.each(steps)('%s: a crash between the two is made good at the next start', async (_, step) => {
    const [a, b] = await pair(wants(eth1('10.0.1.50')));
    await b.put(wants(eth1('10.0.1.70')));
    const before = a.configFile.content;
    await step(a, b);
    const wanted = a.network.interfaces?.map(({ clusterIP }) => clusterIP);
    a.configFile.content = before;
    await a.start();
    expect(a.network.interfaces?.map(({ clusterIP }) => clusterIP)).toEqual(wanted);
    const { version } = a.store.config.current();
    await a.start();
    expect(a.store.config.current().version).toBe(version);
  });

  test.each(steps)('%s: a disk that refuses either file changes nothing, and the same works later', async (_, step) => {
    const [a, b] = await pair(wants(eth1('10.0.1.50')));
    await b.put(wants(eth1('10.0.1.70')));
    const files = [a.clusterFile, a.configFile] as const;
    const before = JSON.stringify([a.network, a.store.port.export()]);
    for (const file of files) {
      file.fails = true;
      await expect(step(a, b)).rejects.toThrow(/disk is full/);
      file.fails = false;
      expect(JSON.stringify([a.network, a.store.port.export()])).toBe(before);
      const { version } = a.store.config.current();
      await a.start();
      expect(a.store.config.current().version).toBe(version);
    }
    await step(a, b);
    expect(JSON.stringify([a.network, a.store.current()])).not.toBe(before);
  });
});

test('If-Match: of the node by its config, of the cluster by its document', async () => {
  const [a, b] = await pair(wants(eth1('10.0.1.50')));
  expect(a.store.etag()).toBe(b.store.etag());
  const etag = a.store.etag();
  await a.store.set([{ field: 'timeout', value: 3 }], etag);
  await expect(a.store.putNetwork({}, etag)).rejects.toThrow(/ETag is now/);
  await expect(a.store.config.put({}, '"other"')).rejects.toThrow(StoreError);
  expect(a.network).toEqual(wants(eth1('10.0.1.50')));
});

test('an address given to two NICs apart is on one, and the loser is listed and cleared at both', async () => {
  const [a, b] = await pair();
  b.term = 5;
  await a.put(wants(eth1('10.0.1.50')));
  await b.put(wants({ nic: 'eth2', clusterIP: '10.0.1.50' }));
  await a.hear(b);
  await b.hear(a);
  for (const node of [a, b]) {
    const held = node.network.interfaces?.filter(({ clusterIP }) => clusterIP === '10.0.1.50').map(({ nic }) => nic);
    expect(held).toEqual(['eth2']);
    expect(node.conflicts()).toEqual([{ field: 'interfaces.eth1.clusterIP', kept: null, lost: '10.0.1.50' }]);
  }
  expect(await a.store.clear(a.store.conflicts()[0]!.id)).toBe(true);
  expect(await a.store.clear('nothing')).toBe(false);
  await b.hear(a);
  expect(b.conflicts()).toEqual([]);
});

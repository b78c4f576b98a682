import { ABSENT } from '../../framework/server/testing/mini-core';
import type { ClusterRig } from '../testing/cluster-rig';
import { CLUSTER, clusterRig, KEY } from '../testing/cluster-rig';

const A = { cluster_fqdn: CLUSTER, node_fqdn: 'gw-a.example.com', cluster_key: KEY };
const B = { cluster_fqdn: CLUSTER, node_fqdn: 'gw-b.example.com', cluster_key: KEY, peer_host: '10.0.1.10' };
const IMPATIENT = { timeouts: { create: '1s', update: '1s', delete: '1s', read: null } };
let rig: ClusterRig;

beforeEach(async () => {
  rig = await clusterRig('tg_cluster_member');
});
afterEach(() => rig.close());
const bodies = () =>
  rig.pair.requests.filter((r) => r.method === 'PUT').map((r) => JSON.parse(r.body) as Record<string, unknown>);

describe('a pair', () => {
  test('the first is alone and does not wait, the second waits until both hear each other', async () => {
    const a = await rig.applied(ABSENT, A);
    expect(a.state).toMatchObject({
      id: A.node_fqdn,
      peer_host: null,
      peer_port: null,
      cluster_key: null,
      active: null,
    });
    expect(bodies()).toEqual([{ cluster: CLUSTER, clusterKey: KEY }]);
    rig.pair.linkUp = false;
    let ended = false;
    const applying = rig.core.apply(ABSENT, B, { sameRun: true }).finally(() => (ended = true));
    while (rig.pair.requests.filter((r) => r.path === '/node/uid-b/status').length < 2) await tick();
    expect(ended).toBe(false);
    rig.pair.linkUp = true;
    const told = await applying;
    expect(told).toMatchObject({ errors: [], warnings: [] });
    expect(told.stored.state).toMatchObject({ peer_host: '10.0.1.10', peer_port: 9000, cluster_key: null });
    expect(bodies()[1]).toEqual({ cluster: CLUSTER, clusterKey: KEY, peer: { host: '10.0.1.10', port: 9000 } });
    await rig.settled(a, A);
    await rig.settled(told.stored, B);
  });

  test('put in at the same time, in any order', async () => {
    const [a, b] = await Promise.all([
      rig.core.apply(ABSENT, A, { sameRun: true }),
      rig.core.apply(ABSENT, B, { sameRun: true }),
    ]);
    expect([a, b]).toMatchObject([{ errors: [] }, { errors: [] }]);
    expect(rig.pair.daemons.map((d) => [d.cluster, d.clusterKey])).toEqual([
      [CLUSTER, KEY],
      [CLUSTER, KEY],
    ]);
  });

  test('with different keys they never hear each other, and the error says what the node says, not the key', async () => {
    await rig.applied(ABSENT, A);
    rig.pair.problems = ['the peer at 10.0.1.10:9000 has another cluster key.'];
    const other = 'another-key-of-the-cluster-which-differs';
    const told = await rig.core.apply(ABSENT, { ...B, ...IMPATIENT, cluster_key: other }, { sameRun: true });
    expect(told.errors.join()).toMatch(/has another cluster key[^]*Check peer_host[^]*terraform untaint/);
    expect(told.errors.join()).not.toContain(other);
    expect(told.stored).toMatchObject({ tainted: true, state: { peer_host: '10.0.1.10' } });
  });

  test('in different runs: the second one waits for the first, of which the node tells', async () => {
    rig.pair.paired(CLUSTER);
    rig.pair.linkUp = false;
    rig.pair.heardBefore = { 'gw-b.example.com': true };
    const told = await rig.core.apply(ABSENT, { ...B, ...IMPATIENT });
    expect(told.errors.join()).toMatch(/It and gw-a\.example\.com \(10\.0\.1\.10:9000\) do not hear each other/);
  });
});

describe('the key', () => {
  test('is sent again when its version changes, and only then', async () => {
    const config = { ...A, cluster_key_version: 1 };
    const stored = await rig.applied(ABSENT, config);
    expect(await rig.core.plan(stored, { ...config, cluster_key: `${KEY}-2` })).toMatchObject({ action: 'none' });
    await rig.applied(stored, { ...config, cluster_key: `${KEY}-2`, cluster_key_version: 2 });
    expect(rig.pair.a.clusterKey).toBe(`${KEY}-2`);
  });

  test('is not told when a server repeats it', async () => {
    rig.pair.fault = ({ method, body }) => (method === 'PUT' ? { status: 422, body: [`no good: ${body}`] } : undefined);
    const told = await rig.core.apply(ABSENT, A);
    expect(told.errors.join()).toContain('no good');
    expect(told.errors.join()).not.toContain(KEY);
    expect(told.stored.state).toBeNull();
  });

  test.each(['short', 'with a blank in the middle', 'ümlaute-sind-nicht-erlaubt'])('%s is none', async (key) => {
    const told = await rig.core.validate({ ...A, cluster_key: key });
    expect(told.errors.join()).toContain('cluster_key must be a secret of 32 to 512');
    expect(told.errors.join()).not.toContain(key);
  });
});

test.each([
  ['no node', { cluster_fqdn: CLUSTER }, 'Exactly one of node_fqdn and node_id'],
  ['two names of a node', { ...A, node_id: 'x' }, 'node_fqdn and node_id are set'],
  ['a port without a host', { ...A, peer_port: 9001 }, 'peer_host is not'],
  ['a port that is none', { ...B, peer_port: 70000 }, 'from 1 to 65535'],
  ['a host with a port', { ...B, peer_host: '10.0.1.10:9000' }, 'neither an IPv4 address nor a host name'],
  ['a host with an octet over 255', { ...B, peer_host: '10.0.1.256' }, '256 is larger than 255'],
])('%s is refused before anything is asked', async (_, config, words) => {
  expect((await rig.core.validate(config)).errors.join()).toContain(words);
  expect(rig.pair.requests).toEqual([]);
});

test('another peer is told in place', async () => {
  const stored = await rig.applied(ABSENT, { ...A, peer_host: '10.0.1.11' });
  const changed = { ...A, peer_host: 'gw-b.internal', peer_port: 9100 };
  expect(await rig.core.plan(stored, changed)).toMatchObject({ action: 'update' });
  const after = await rig.applied(stored, changed);
  expect(rig.pair.a.peer).toEqual({ host: 'gw-b.internal', port: 9100 });
  // Without it the node keeps what it knows.
  await rig.settled(after, A);
});

test('a node in another cluster is left alone', async () => {
  rig.pair.paired('others.example.com');
  const told = await rig.core.apply(ABSENT, A);
  expect(told.errors.join()).toContain('is in the cluster others.example.com');
  expect(rig.pair.count('PUT', '/node')).toBe(0);
});

test('another cluster replaces: it leaves one before it joins the other', async () => {
  const stored = await rig.applied(ABSENT, A);
  const moved = { ...A, cluster_fqdn: 'others.example.com' };
  expect(await rig.core.plan(stored, moved)).toMatchObject({ action: 'replace' });
  await rig.applied(stored, moved);
  expect(bodies().map((b) => b.cluster)).toEqual([CLUSTER, null, 'others.example.com']);
});

test('a request whose answer is lost is not sent again', async () => {
  rig.pair.fault = ({ method }) => (method === 'PUT' ? 'after' : undefined);
  const stored = await rig.applied(ABSENT, A);
  expect(rig.pair.count('PUT', '/node')).toBe(1);
  await rig.applied(stored, null);
  expect(rig.pair.count('PUT', '/node')).toBe(2);
  expect(rig.pair.a.cluster).toBeNull();
});

test('a node that leaves after the answer was cut off is waited for', async () => {
  const stored = await rig.applied(ABSENT, A);
  rig.pair.fault = ({ method }) =>
    method === 'PUT' ? { status: 504, body: { message: 'gw-a was asked, and did not answer' } } : undefined;
  const later = await rig.other('tg_cluster_member');
  const leaving = later.apply(stored, null, { sameRun: true });
  while (rig.pair.count('PUT', '/node/uid-a') < 2) await tick();
  await tick();
  rig.pair.a.cluster = null;
  expect(await leaving).toMatchObject({ errors: [], stored: { state: null } });
  expect(rig.pair.count('PUT', '/node/uid-a')).toBe(2);
});

test('members leave one after the other', async () => {
  const [a, b] = [await rig.applied(ABSENT, A), (await rig.core.apply(ABSENT, B, { sameRun: true })).stored];
  const later = await rig.other('tg_cluster_member');
  rig.pair.requests.length = 0;
  await Promise.all([a, b].map((stored) => later.apply(stored, null, { sameRun: true })));
  expect(rig.pair.daemons.map((d) => d.cluster)).toEqual([null, null]);
  // Nothing is asked about the second before the first is out.
  const nodes = rig.pair.requests.map(({ path }) => /(?:gw|uid)-([ab])/.exec(path)?.[1] ?? '');
  expect(nodes.join('')).toMatch(/^(a+b+|b+a+)$/);
});

test('removed elsewhere, it is planned again; gone, its destruction has nothing to do', async () => {
  const stored = await rig.applied(ABSENT, A);
  rig.pair.a.cluster = null;
  expect((await rig.core.refresh(stored)).stored.state).toBeNull();
  const puts = rig.pair.count('PUT', '/node');
  await rig.applied(stored, null);
  expect(rig.pair.count('PUT', '/node')).toBe(puts);
});

test('put elsewhere, it is not taken out of there', async () => {
  const stored = await rig.applied(ABSENT, A);
  rig.pair.a.cluster = 'others.example.com';
  await rig.applied(stored, null);
  expect(rig.pair.a.cluster).toBe('others.example.com');
});

test('a replacement that was made first is not undone', async () => {
  const stored = await rig.applied(ABSENT, A);
  const byId = { cluster_fqdn: CLUSTER, node_id: 'uid-a', cluster_key: KEY };
  const told = await rig.core.apply(stored, byId, { createBeforeDestroy: true });
  expect(told.errors).toEqual([]);
  expect(told.warnings.join()).toContain('it stays there');
  expect(rig.pair.a.cluster).toBe(CLUSTER);
});

test('two resources that want one node in two clusters', async () => {
  await rig.applied(ABSENT, A);
  rig.pair.a.cluster = null;
  const told = await rig.core.apply(ABSENT, { ...A, cluster_fqdn: 'others.example.com' }, { sameRun: true });
  expect(told.errors.join()).toContain('A node is in one cluster only');
});

test.each(['gw-b.example.com', 'node_id:uid-b'])('import of %s plans nothing', async (id) => {
  rig.pair.paired(CLUSTER);
  const { node_fqdn: _, ...rest } = B;
  const config = id.startsWith('node_id') ? { ...rest, node_id: 'uid-b' } : B;
  const imported = await rig.core.import(id);
  expect(imported.errors).toEqual([]);
  await rig.settled(imported.stored, config);
});

test('a node in no cluster is nothing to import', async () => {
  expect((await rig.core.import('gw-a.example.com')).stored.state).toBeNull();
  expect((await rig.core.import('a b')).errors.join()).toContain('is not an import id');
});

test('a member that is down: its peer is asked, and the plan stays empty', async () => {
  rig.pair.paired(CLUSTER);
  const { stored } = await rig.core.import('gw-b.example.com');
  await rig.pair.kill(rig.pair.b);
  const later = await rig.other('tg_cluster_member');
  const refreshed = await later.refresh(stored);
  expect(refreshed).toMatchObject({ errors: [], stored: { state: stored.state } });
  expect(refreshed.warnings.join()).toMatch(/gw-b\.example\.com does not answer/);
  expect(await later.plan(refreshed.stored, B)).toMatchObject({ action: 'none', errors: [] });
  // What is known to nobody who answers is an error, never "gone".
  rig.pair.a.cluster = null;
  const lost = await (await rig.other('tg_cluster_member')).refresh(stored);
  expect(lost.errors).toHaveLength(1);
});

test('the portal: membership alone, without waiting', async () => {
  rig.pair.portal = true;
  const config = { cluster_fqdn: CLUSTER, node_id: 'uid-a' };
  const stored = await rig.applied(ABSENT, config);
  expect(bodies()).toEqual([{ cluster: CLUSTER }]);
  await rig.settled(stored, config);
  await rig.applied(stored, null);
  expect(bodies()[1]).toEqual({ cluster: null });
});

const tick = () => new Promise((resolve) => setTimeout(resolve, 5));

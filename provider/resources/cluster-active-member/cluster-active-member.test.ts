import { ABSENT } from '../../framework/server/testing/mini-core';
import type { ClusterRig } from '../testing/cluster-rig';
import { CLUSTER, clusterRig } from '../testing/cluster-rig';

const A = { cluster_fqdn: CLUSTER, node_fqdn: 'gw-a.example.com' };
const B = { cluster_fqdn: CLUSTER, node_fqdn: 'gw-b.example.com' };
const IMPATIENT = { timeouts: { create: '1s', update: '1s', read: null } };
let rig: ClusterRig;

beforeEach(async () => {
  rig = await clusterRig('tg_cluster_active_member');
  rig.pair.paired(CLUSTER);
});
afterEach(() => rig.close());
const cluster = () => rig.pair.clusters.get(CLUSTER)!;

test('create, empty plan, another member in place, destroy that changes nothing and says so', async () => {
  let stored = await rig.applied(ABSENT, A);
  expect(stored.state).toMatchObject({ id: CLUSTER, node_fqdn: A.node_fqdn });
  await rig.settled(stored, A);
  expect(await rig.core.plan(stored, B)).toMatchObject({ action: 'update' });
  stored = await rig.applied(stored, B);
  expect(cluster()).toMatchObject({ configured: 'uid-b', actual: 'uid-b' });
  expect(rig.pair.requests.find((r) => r.method === 'PUT')?.body).toBe('null');
  await rig.settled(stored, B);

  const told = await rig.core.apply(stored, null);
  expect(told).toMatchObject({ errors: [], stored: { state: null } });
  expect(told.warnings.join()).toContain('stays gw-b.example.com');
  expect(cluster().configured).toBe('uid-b');
});

test('a failover is neither shown nor undone, and neither is a move ordered elsewhere', async () => {
  const stored = await rig.applied(ABSENT, A);
  cluster().actual = 'uid-b';
  await rig.settled(stored, A);
  cluster().configured = 'uid-b';
  await rig.settled(stored, A);
  expect(cluster()).toMatchObject({ configured: 'uid-b', actual: 'uid-b' });
  await rig.pair.kill(rig.pair.a);
  await rig.settled(stored, A);
});

test('apply returns when the role has moved, not before', async () => {
  rig.pair.roleMoves = false;
  let ended = false;
  const applying = rig.core.apply(ABSENT, B).finally(() => (ended = true));
  while (rig.pair.count('GET', `/cluster/${CLUSTER}/status`) < 3)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(ended).toBe(false);
  cluster().actual = 'uid-b';
  expect(await applying).toMatchObject({ errors: [] });
});

test('a role that does not move: the error says who holds it and why; the order stands', async () => {
  rig.pair.roleMoves = false;
  rig.pair.problems = ['EC2 does not answer gw-b.example.com.'];
  const stored = await rig.applied(ABSENT, A);
  const told = await rig.core.apply(stored, { ...B, ...IMPATIENT });
  expect(told.errors.join()).toMatch(/held by gw-a\.example\.com[^]*EC2 does not answer/);
  expect(told.stored.state).toMatchObject({ node_fqdn: B.node_fqdn });
  expect(cluster().configured).toBe('uid-b');
});

test('only other attributes change: the role is not touched', async () => {
  const stored = await rig.applied(ABSENT, A);
  cluster().configured = cluster().actual = 'uid-b';
  await rig.applied(stored, { ...A, ...IMPATIENT });
  expect(cluster()).toMatchObject({ configured: 'uid-b', actual: 'uid-b' });
});

test('a node that is no member is refused by the cluster', async () => {
  const told = await rig.core.apply(ABSENT, { cluster_fqdn: CLUSTER, node_id: 'uid-x' });
  expect(told.errors.join()).toContain('uid-x is no member of');
  expect(told.stored.state).toBeNull();
});

test('two of them for one cluster', async () => {
  await rig.applied(ABSENT, A);
  const told = await rig.core.apply(ABSENT, B, { sameRun: true });
  expect(told.errors.join()).toContain('Declare one per cluster');
  expect(cluster().configured).toBe('uid-a');
});

test('a request whose answer is lost is not sent again', async () => {
  rig.pair.fault = ({ method }) => (method === 'PUT' ? 'after' : undefined);
  await rig.applied(ABSENT, B);
  expect(rig.pair.count('PUT', '/active/')).toBe(1);
});

test.each([
  [`${CLUSTER}/gw-a.example.com`, A],
  [`${CLUSTER}/node_id:uid-a`, { cluster_fqdn: CLUSTER, node_id: 'uid-a' }],
])('import of %s plans nothing', async (id, config) => {
  const imported = await rig.core.import(id);
  expect(imported.errors).toEqual([]);
  await rig.settled(imported.stored, config);
});

test.each([
  [`${CLUSTER}/gw-b.example.com`, 'configured active member is gw-a.example.com'],
  [CLUSTER, 'Write CLUSTER/NODE'],
  ['/', 'Write CLUSTER/NODE'],
])('import of %s is refused', async (id, words) => {
  expect((await rig.core.import(id)).errors.join()).toContain(words);
});

test('a cluster that is gone', async () => {
  const stored = await rig.applied(ABSENT, A);
  rig.pair.clusters.clear();
  expect((await (await rig.other('tg_cluster_active_member')).refresh(stored)).stored.state).toBeNull();
});

test('the portal does not tell who is active: nothing is waited for', async () => {
  rig.pair.portal = true;
  rig.pair.roleMoves = false;
  await rig.applied(ABSENT, { cluster_fqdn: CLUSTER, node_id: 'uid-b' });
  expect(cluster().configured).toBe('uid-b');
});

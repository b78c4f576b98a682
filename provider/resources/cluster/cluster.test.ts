import { ABSENT } from '../../framework/server/testing/mini-core';
import type { ClusterRig } from '../testing/cluster-rig';
import { CLUSTER, clusterRig } from '../testing/cluster-rig';

const GATEWAYS = { name: 'gateways' };
let rig: ClusterRig;

beforeEach(async () => {
  rig = await clusterRig('tg_cluster');
});
afterEach(() => rig.close());
const cluster = () => rig.pair.clusters.get(CLUSTER)!;

test('create, empty plan, changes in place, destroy', async () => {
  let stored = await rig.applied(ABSENT, GATEWAYS);
  expect(stored.state).toMatchObject({
    ...{ id: CLUSTER, fqdn: CLUSTER, name: 'gateways' },
    ...{ mode: 'autoFailback', timeout: 10, handover: 'release' },
  });
  expect(rig.pair.count('PUT', '/cluster')).toBe(0);
  await rig.settled(stored, GATEWAYS);

  const changed = { ...GATEWAYS, mode: 'manualFailback', timeout: 3 };
  expect(await rig.core.plan(stored, changed)).toMatchObject({ action: 'update' });
  stored = await rig.applied(stored, changed);
  expect(cluster()).toMatchObject({ mode: 'manualFailback', timeout: 3, handover: 'release' });
  expect(JSON.parse(rig.pair.requests.find((r) => r.method === 'PUT')!.body)).toEqual({
    mode: 'manualFailback',
    timeout: 3,
  });
  await rig.settled(stored, changed);

  stored = await rig.applied(stored, { ...changed, handover: 'move' });
  expect(cluster()).toMatchObject({ timeout: 3, handover: 'move' });
  // What is no longer named stays as it is.
  await rig.settled(stored, GATEWAYS);

  expect((await rig.applied(stored, null)).state).toBeNull();
  expect(rig.pair.clusters.size).toBe(0);
});

test('all fields at once go out in one request', async () => {
  const named = { ...GATEWAYS, mode: 'manualFailback', timeout: 600, handover: 'move' };
  const stored = await rig.applied(ABSENT, named);
  expect(rig.pair.count('POST', '/cluster')).toBe(1);
  expect(rig.pair.count('PUT', '/cluster')).toBe(0);
  await rig.settled(stored, named);
});

test('another name replaces', async () => {
  const stored = await rig.applied(ABSENT, GATEWAYS);
  expect(await rig.core.plan(stored, { name: 'others' })).toMatchObject({ action: 'replace' });
  const after = await rig.applied(stored, { name: 'others' });
  expect(after.state).toMatchObject({ fqdn: 'others.example.com' });
  expect([...rig.pair.clusters.keys()]).toEqual(['others.example.com']);
});

test.each([
  ['a name with a dot', { name: 'a.b' }, 'name'],
  ['a name in upper case', { name: 'Gateways' }, 'name'],
  ['a timeout under the floor', { name: 'x', timeout: 2 }, 'from 3 to 600'],
  ['a timeout over the bound', { name: 'x', timeout: 601 }, 'from 3 to 600'],
  ['a mode that is none', { name: 'x', mode: 'manual' }, '"manualFailback"'],
  ['a handover that is none', { name: 'x', handover: 'steal' }, '"release"'],
])('%s is refused before anything is asked', async (_, config, words) => {
  expect((await rig.core.validate(config)).errors.join()).toContain(words);
  expect(rig.pair.requests).toEqual([]);
});

test('one that exists already is not taken over, at whichever host it is', async () => {
  rig.pair.paired(CLUSTER).known.delete('uid-a');
  rig.pair.a.cluster = null;
  const told = await rig.core.apply(ABSENT, GATEWAYS);
  expect(told.errors.join()).toContain('terraform import');
  expect(told.stored.state).toBeNull();
  expect(rig.pair.count('POST', '/cluster')).toBe(0);
});

test('a create whose answer is lost is not sent again', async () => {
  rig.pair.fault = ({ method }) => (method === 'POST' ? 'after' : undefined);
  const stored = await rig.applied(ABSENT, GATEWAYS);
  expect(stored.state).toMatchObject({ fqdn: CLUSTER });
  expect(rig.pair.count('POST', '/cluster')).toBe(1);
});

test('a change whose answer is lost is not sent again', async () => {
  const stored = await rig.applied(ABSENT, GATEWAYS);
  rig.pair.fault = ({ method }) => (method === 'PUT' ? 'after' : undefined);
  const after = await rig.applied(stored, { ...GATEWAYS, timeout: 5 });
  expect(after.state).toMatchObject({ timeout: 5 });
  expect(rig.pair.count('PUT', '/cluster')).toBe(1);
  rig.pair.fault = ({ method }) => (method === 'PUT' ? 'before' : undefined);
  const failed = await rig.core.apply(after, { ...GATEWAYS, timeout: 6 });
  expect(failed.errors.join()).toContain('whether it was executed is not known');
  expect(failed.stored.state).toMatchObject({ timeout: 5 });
});

test('import by FQDN plans nothing', async () => {
  rig.pair.paired(CLUSTER).timeout = 7;
  const imported = await rig.core.import(CLUSTER);
  expect(imported).toMatchObject({ errors: [] });
  expect(imported.stored.state).toMatchObject({ name: 'gateways', timeout: 7 });
  await rig.settled(imported.stored, { ...GATEWAYS, timeout: 7 });
  expect((await rig.core.import('not/one')).errors.join()).toContain('gateways.example.com@gw-a.example.com');
});

test('a change elsewhere is seen; a cluster that is gone too', async () => {
  const stored = await rig.applied(ABSENT, { ...GATEWAYS, timeout: 5 });
  cluster().timeout = 30;
  const seen = await rig.core.refresh(stored);
  expect(await rig.core.plan(seen.stored, { ...GATEWAYS, timeout: 5 })).toMatchObject({ action: 'update' });
  rig.pair.clusters.clear();
  const later = await rig.other('tg_cluster'); // reads of one run are shared for a second
  expect((await later.refresh(stored)).stored.state).toBeNull();
});

test('with members it is not destroyed, and the server says why', async () => {
  rig.pair.paired(CLUSTER);
  const { stored } = await rig.core.import(CLUSTER);
  const told = await rig.core.apply(stored, null);
  expect(told.errors.join()).toContain('has members: gw-a.example.com, gw-b.example.com');
  expect(told.stored.state).not.toBeNull();
});

test('destroy removes it from both members that left', async () => {
  rig.pair.paired(CLUSTER);
  const { stored } = await rig.core.import(CLUSTER);
  rig.pair.a.cluster = rig.pair.b.cluster = null;
  await rig.applied(stored, null);
  expect(rig.pair.clusters.size).toBe(0);
});

test('one member down: it is read, changed and destroyed at the other one', async () => {
  rig.pair.paired(CLUSTER);
  const { stored } = await rig.core.import(CLUSTER);
  await rig.pair.kill(rig.pair.a);
  await rig.settled(stored, GATEWAYS);
  const changed = await rig.applied(stored, { ...GATEWAYS, timeout: 4 });
  expect(cluster().timeout).toBe(4);
  rig.pair.b.cluster = null;
  rig.pair.a.cluster = null;
  const told = await rig.core.apply(changed, null);
  expect(told).toMatchObject({ errors: [], stored: { state: null } });
  expect(told.warnings.join()).toContain('Cluster may be known elsewhere');
});

test('a server that keeps failing ends the removal with an error', async () => {
  const stored = await rig.applied(ABSENT, GATEWAYS);
  rig.pair.fault = ({ method }) => (method === 'DELETE' ? { status: 500, body: { message: 'disk full' } } : undefined);
  const told = await rig.core.apply(stored, null);
  expect(told.errors.join()).toContain('disk full');
  expect(told.stored.state).not.toBeNull();
});

test('the portal: HCL written for it works; a timeout is refused there with a sentence', async () => {
  rig.pair.portal = true;
  const stored = await rig.applied(ABSENT, GATEWAYS);
  expect(stored.state).toMatchObject({ mode: 'autoFailback', timeout: null, handover: null });
  await rig.settled(stored, GATEWAYS);
  await rig.applied(stored, { ...GATEWAYS, mode: 'manualFailback' });
  const told = await rig.core.apply(stored, { ...GATEWAYS, timeout: 5 });
  expect(told.errors.join()).toContain('does not show timeout = 5');
  await rig.applied(stored, null);
});

test('{node_fqdn} stands for each of node_fqdns, and an import names them', async () => {
  const named = await clusterRig('tg_cluster', { api_hosts: null, api_host: 'https://{node_fqdn}:1' });
  try {
    const told = await named.core.apply(ABSENT, GATEWAYS);
    expect(told.errors.join()).toContain('node_fqdns');
    const through = await named.core.apply(ABSENT, { ...GATEWAYS, node_fqdns: ['127.0.0.1', 'localhost'] });
    for (const host of ['127.0.0.1:1', 'localhost:1']) expect(through.errors.join()).toContain(host);
    const imported = await named.core.import(`${CLUSTER}@127.0.0.1,localhost`);
    for (const host of ['127.0.0.1:1', 'localhost:1']) expect(imported.errors.join()).toContain(host);
  } finally {
    await named.close();
  }
});

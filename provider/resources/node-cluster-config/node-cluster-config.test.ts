import { ABSENT } from '../../framework/server/testing/mini-core';
import type { ClusterRig } from '../testing/cluster-rig';
import { CLUSTER, clusterRig } from '../testing/cluster-rig';

const A = { node_fqdn: 'gw-a.example.com', host: '10.0.1.10' };
let rig: ClusterRig;

beforeEach(async () => {
  rig = await clusterRig('tg_node_cluster_config');
});
afterEach(() => rig.close());

test('create, empty plan, changes in place, destroy', async () => {
  let stored = await rig.applied(ABSENT, A);
  expect(stored.state).toMatchObject({
    id: A.node_fqdn,
    enabled: true,
    host: '10.0.1.10',
    port: 9000,
    status_port: null,
  });
  expect(JSON.parse(rig.pair.a.heartbeat)).toEqual({ enabled: true, host: '10.0.1.10', port: 9000 });
  await rig.settled(stored, A);

  const changed = { ...A, port: 9100, status_host: '10.0.1.10', status_port: 8080 };
  expect(await rig.core.plan(stored, changed)).toMatchObject({ action: 'update' });
  stored = await rig.applied(stored, changed);
  expect(rig.pair.a.heartbeat).toBe(
    '{"enabled":true,"host":"10.0.1.10","port":9100,"statusHost":"10.0.1.10","statusPort":8080}',
  );
  await rig.settled(stored, changed);

  // The status endpoint goes with its attributes, the host stays as the node has it.
  const { host: _, ...without } = A;
  stored = await rig.applied(stored, without);
  expect(JSON.parse(rig.pair.a.heartbeat)).toEqual({ enabled: true, host: '10.0.1.10', port: 9000 });
  await rig.settled(stored, without);
  rig.pair.a.cluster = CLUSTER;
  await rig.applied(stored, null);
  expect(JSON.parse(rig.pair.a.heartbeat)).toEqual({ enabled: false, host: '10.0.1.10', port: 9000 });
});

test.each(['true', 'false'])(
  'master: %s goes back as it was read, byte for byte, and nothing else is lost',
  async (master) => {
    rig.pair.a.heartbeat = `{"master":${master}, "enabled":false,"versionCounter":9007199254740993,"shared":{"x":[1]}}`;
    const stored = await rig.applied(ABSENT, { ...A, port: 9100 });
    expect(rig.pair.a.heartbeat).toBe(
      `{"master":${master}, "enabled":true,"versionCounter":9007199254740993,"shared":{"x":[1]},"host":"10.0.1.10","port":9100}`,
    );
    rig.pair.a.cluster = CLUSTER;
    await rig.applied(stored, null);
    expect(rig.pair.a.heartbeat).toContain(`"master":${master}`);
  },
);

test('what is so already is not written', async () => {
  rig.pair.a.heartbeat = '{"enabled":true,"host":"10.0.1.10","port":9000,"master":true}';
  await rig.applied(ABSENT, A);
  expect(rig.pair.count('PUT', '/config/cluster')).toBe(0);
});

test('a node that left its cluster is not written to by a destroy', async () => {
  const stored = await rig.applied(ABSENT, A);
  const puts = rig.pair.count('PUT', '/config/cluster');
  await rig.applied(stored, null);
  expect(rig.pair.count('PUT', '/config/cluster')).toBe(puts);
});

test.each([
  ['no node', { host: '10.0.1.10' }, 'Exactly one of'],
  ['a host that is a name', { ...A, host: 'gw-a' }, 'is not an IPv4 address'],
  ['a port that is none', { ...A, port: 0 }, 'from 1 to 65535'],
  ['a status host that is none', { ...A, status_host: '10.0.1' }, 'status_host'],
])('%s is refused before anything is asked', async (_, config, words) => {
  expect((await rig.core.validate(config)).errors.join()).toContain(words);
  expect(rig.pair.requests).toEqual([]);
});

test('what the node refuses is shown beside the attribute', async () => {
  rig.pair.fault = ({ method }) =>
    method === 'PUT'
      ? { status: 422, body: ['statusPort is 9000, which the heartbeats use (port); choose another.'] }
      : undefined;
  const told = await rig.core.apply(ABSENT, { ...A, status_port: 9000 });
  expect(told.errors.join()).toContain('choose another');
  expect(told.diagnostics[0]?.attribute?.steps[0]?.selector).toMatchObject({ value: 'status_port' });
  expect(told.stored.state).toBeNull();
});

test('two resources that contradict each other', async () => {
  await rig.applied(ABSENT, A);
  const told = await rig.core.apply(ABSENT, { node_id: 'uid-a', host: '10.0.1.99' }, { sameRun: true });
  expect(told.errors.join()).toContain('has just set host to something else');
  expect(rig.pair.a.heartbeat).toContain('10.0.1.10');
});

test('a write whose answer is lost is settled by reading', async () => {
  let lost = 0;
  rig.pair.fault = ({ method }) => (method === 'PUT' && lost++ === 0 ? 'after' : undefined);
  await rig.applied(ABSENT, A);
  expect(rig.pair.count('PUT', '/config/cluster')).toBe(1);
});

test.each(['gw-a.example.com', 'node_id:uid-a'])('import of %s plans nothing', async (id) => {
  rig.pair.a.heartbeat = '{"enabled":true,"host":"10.0.1.10","port":9000,"statusPort":80,"master":true}';
  const config = id.startsWith('node_id') ? { node_id: 'uid-a' } : { node_fqdn: A.node_fqdn };
  const imported = await rig.core.import(id);
  await rig.settled(imported.stored, { ...config, status_port: 80 });
  expect((await rig.core.import('a/b')).errors.join()).toContain('is not an import id');
});

test('a member that is down: its peer is asked, and the plan stays empty', async () => {
  rig.pair.paired(CLUSTER);
  const stored = await rig.applied(ABSENT, A);
  await rig.pair.kill(rig.pair.a);
  const later = await rig.other('tg_node_cluster_config');
  const refreshed = await later.refresh(stored);
  expect(refreshed).toMatchObject({ errors: [], stored: { state: stored.state } });
  expect(refreshed.warnings.join()).toContain('gw-a.example.com does not answer');
  expect(await later.plan(refreshed.stored, A)).toMatchObject({ action: 'none' });
});

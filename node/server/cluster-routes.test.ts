import { Cluster, MAX_CLUSTER_TIMEOUT, type NetworkConfig, Node, type NodeStatus } from '@tg/api';
import { PeerUnreachable } from '../cluster/link/types';
import { UID } from './api.fixture';
import {
  CLUSTER,
  type ClusterTestApi,
  createClusterApi,
  createPairApi,
  member,
  PEER,
  PEER_FQDN,
} from './cluster.fixture';

let api: ClusterTestApi;
afterEach(() => api.dispose());

const NODE = `/node/${UID}`;
const AT = `/cluster/${CLUSTER}`;
const NETWORK = `${AT}/config/network`;
const eth1 = (clusterIP: string, more: object = {}): NetworkConfig => ({
  interfaces: [{ nic: 'eth1', clusterIP, ...more }],
});
const sentences = async (response: Response): Promise<string> => {
  expect(response.status).toBe(422);
  return ((await response.json()) as string[]).join('\n');
};
const message = async (response: Response) => ((await response.json()) as { message: string }).message;
const clusterOf = async (response: Response) => {
  expect(response.status).toBe(200);
  return Cluster.parse(await response.json());
};

describe('a cluster that begins', () => {
  beforeEach(async () => (api = await createClusterApi()));

  test('has the FQDN of its name and our domain, the defaults, and no members', async () => {
    // As the portal's own client sends it.
    const device = { vendor: '', model: '', mac: '', lan: null, wan_type: '', wan: '' };
    const response = await api.call('POST', '/cluster', { name: 'gateways', tags: null, device, config: {} });
    expect(response.headers.get('etag')).toMatch(/^"/);
    expect(await clusterOf(response)).toEqual({
      name: 'gateways',
      fqdn: CLUSTER,
      domain: 'example.com',
      mode: 'autoFailback',
      timeout: 10,
      handover: 'release',
      tags: {},
      health: 'offline',
      config: { network: {} },
      members: [],
    });
  });

  test('exists once, and a node has one at most', async () => {
    await api.call('POST', '/cluster', { name: 'gateways' });
    expect(await sentences(await api.call('POST', '/cluster', { name: 'GateWays' }))).toMatch(
      /exists; change it with PUT/,
    );
    expect(await sentences(await api.call('POST', '/cluster', { name: 'other' }))).toMatch(
      /already has the cluster gateways/,
    );
    expect(((await (await api.call('GET', '/cluster')).json()) as unknown[]).length).toBe(1);
  });

  test.each<[object, RegExp]>([
    [{}, /^name is missing/],
    [{ name: 'a.b' }, /^name "a\.b" must be letters, digits and dashes/],
    [{ name: 'x', timeout: 2 }, /^timeout is 2; it must be at least 3/],
    [{ name: 'x', timeout: MAX_CLUSTER_TIMEOUT + 1 }, /^timeout is 601; it must be at most 600/],
    [{ name: 'x', timeout: 3.5 }, /^timeout must be a whole number, not 3\.5/],
    [{ name: 'x', timeout: '10' }, /^timeout must be a number, not "10"/],
    [{ name: 'x', mode: 'auto' }, /^mode is "auto"; it must be one of "autoFailback", "manualFailback"/],
    [{ name: 'x', handover: 'steal' }, /^handover is "steal"; it must be one of "release", "move"/],
    [{ name: 'x', size: 3 }, /^size is not a field/],
    [{ name: 'x', config: { network: eth1('10.0.1.50', { dhcp: true }) } }, /^dhcp of eth1 is each node's own/],
  ])('POST %j is 422', async (body, sentence) => {
    expect(await sentences(await api.call('POST', '/cluster', body))).toMatch(sentence);
    expect(api.cluster.current()).toBeNull();
  });

  test('is left alone by what belongs to a node in none', async () => {
    expect((await api.call('GET', AT)).status).toBe(404);
    expect(await message(await api.call('PUT', NETWORK, {}))).toMatch(/in no cluster.*write to the node itself/);
  });

  test('goes when it has no members', async () => {
    await api.call('POST', '/cluster', { name: 'gateways' });
    await api.call('PUT', NODE, { cluster: CLUSTER, clusterKey: 'a key of sixteen', peer: { host: '10.0.1.11' } });
    expect(api.joins).toEqual([
      { fqdn: CLUSTER, clusterKey: 'a key of sixteen', peer: { host: '10.0.1.11', port: 9000 } },
    ]);
    expect(await sentences(await api.call('DELETE', AT, null))).toMatch(/still has members \(gw-a\.example\.com\)/);
    expect((await api.call('PUT', NODE, { cluster: null })).status).toBe(200);
    const gone = await api.call('DELETE', AT, null);
    expect([gone.status, await gone.json()]).toEqual([200, null]);
    expect((await api.call('GET', AT)).status).toBe(404);
  });

  test.each<[object, RegExp]>([
    [{}, /^cluster is missing: the body must name cluster/],
    [{ cluster: CLUSTER, state: 'ACTIVE' }, /^state .*a request of its own/],
    [{ cluster: null, clusterKey: 'k' }, /^clusterKey .*needs cluster/],
    [{ cluster: CLUSTER, peer: { host: 'x', port: 70000 } }, /^peer\.port is 70000/],
    [{ state: 'OFF' }, /^state is "OFF"/],
    [{ cluster: CLUSTER, clusterKey: 'wrong' }, /^clusterKey \(not shown\) is too short/],
    [{ name: 'x' }, /^name is not a field/],
  ])('PUT of the node: %j is 422, and no key is shown', async (body, sentence) => {
    expect(await sentences(await api.call('PUT', NODE, body))).toMatch(sentence);
    expect(api.cluster.current()).toBeNull();
  });
});

describe('a cluster with two members', () => {
  beforeEach(async () => (api = await createPairApi(eth1('10.0.1.50'))));

  test('is shown with its members, config and health', async () => {
    expect(await clusterOf(await api.call('GET', '/cluster/GATEWAYS.example.com'))).toMatchObject({
      health: 'healthy',
      config: { network: eth1('10.0.1.50') },
      members: [
        { uid: PEER, fqdn: PEER_FQDN, online: true, master: false, active: false },
        { uid: UID, online: true, master: false, active: true },
      ],
    });
  });

  test.each<[string, () => void, string]>([
    ['the peer is silent', () => (api.members[1] = member(PEER, { role: 'unknown', reachable: false })), 'unhealthy'],
    ['both are active', () => (api.members[1] = member(PEER, { role: 'active' })), 'unhealthy'],
    ['nobody is active', () => (api.members[0] = member(UID)), 'offline'],
    [
      'nobody is active and the peer is silent',
      () => (api.members = [member(UID), member(PEER, { role: 'unknown', reachable: false })]),
      'unknown',
    ],
  ])('health when %s', async (_, arrange, health) => {
    arrange();
    expect((await clusterOf(await api.call('GET', AT))).health).toBe(health);
  });

  test('settings are changed alone, with If-Match, and what is not named stays', async () => {
    const etag = (await api.call('GET', AT)).headers.get('etag')!;
    const changed = await api.call('PUT', AT, { timeout: 3, tags: { team: 'net' } }, { 'if-match': etag });
    expect(await clusterOf(changed)).toMatchObject({ timeout: 3, mode: 'autoFailback', tags: { team: 'net' } });
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect((await api.call('PUT', AT, { timeout: 5 }, { 'if-match': etag })).status).toBe(412);
    expect(
      await clusterOf(await api.call('PUT', AT, { mode: 'manualFailback', handover: 'move', tags: null })),
    ).toMatchObject({
      timeout: 3,
      mode: 'manualFailback',
      handover: 'move',
      tags: {},
    });
  });

  test('its network config is replaced whole, reaches this node, and says its version', async () => {
    const etag = (await api.call('GET', AT)).headers.get('etag')!;
    const body = eth1('10.0.1.60', { routes: [{ route: '10.9.0.0/16', next: '10.0.1.1' }] });
    const response = await api.call('PUT', NETWORK, body, { 'if-match': etag });
    expect(Number(response.headers.get('tg-config-version'))).toBe(api.store.current().version);
    expect((await clusterOf(response)).config.network).toEqual(body);
    const node = Node.parse(await (await api.call('GET', NODE)).json());
    expect(node.config.network).toEqual(body);
    expect((await api.call('PUT', NETWORK, {}, { 'if-match': etag })).status).toBe(412);
    expect((await clusterOf(await api.call('PUT', NETWORK, {}))).config.network).toEqual({});
  });

  test.each(['dhcp', 'ip', 'gateway', 'mtu'])('%s of an interface is refused', async (field) => {
    const value = { dhcp: true, ip: '10.0.1.10/24', gateway: '10.0.1.1', mtu: 1500 }[field];
    const said = await sentences(await api.call('PUT', NETWORK, eth1('10.0.1.60', { [field]: value })));
    expect(said).toMatch(
      new RegExp(`^${field} of eth1 is each node's own.*clusterIP, routes, cloudRoutes and clusterRouteTables`),
    );
    const check = await api.call('POST', `${NETWORK}/check`, eth1('10.0.1.60', { [field]: value }));
    expect(await check.json()).toMatchObject({ findings: [{ severity: 'error', nic: 'eth1', field }] });
    expect(api.store.current().config).toEqual(eth1('10.0.1.50'));
  });

  const enis = (subnetId: string, subnetCidr: string) => ({ eth1: { eniId: 'eni-2', subnetId, subnetCidr } });
  test.each([
    [
      'outside the subnet of the peer',
      enis('subnet-1', '10.0.1.0/28'),
      /10\.0\.1\.60 is outside 10\.0\.1\.0\/28, the subnet of eth1 at gw-b/,
    ],
    [
      'in different subnets',
      enis('subnet-2', '10.0.2.0/24'),
      /cannot move between the members.*subnet-1.*subnet-2.*one subnet/,
    ],
  ])('an address %s is refused, at the cluster and at the node', async (_, other, sentence) => {
    api.members[1] = member(PEER, { enis: other });
    expect(await sentences(await api.call('PUT', NETWORK, eth1('10.0.1.60')))).toMatch(sentence);
    expect(await sentences(await api.call('PUT', `${NODE}/config/network`, eth1('10.0.1.60')))).toMatch(sentence);
    expect(api.store.current().config).toEqual(eth1('10.0.1.50'));
    expect((await api.call('PUT', NETWORK, eth1('10.0.1.50', { routes: [] }))).status).toBe(200);
  });

  test("the peer's own primary address is refused", async () => {
    api.members[1] = member(PEER, {
      enis: { eth1: { eniId: 'eni-2', subnetId: 'subnet-1', subnetCidr: '10.0.1.0/24', primary: '10.0.1.11' } },
    });
    const sentence =
      /10\.0\.1\.11 is the primary address of eth1 at gw-b\.example\.com \(eni-2\), which can never move/;
    expect(await sentences(await api.call('PUT', NETWORK, eth1('10.0.1.11')))).toMatch(sentence);
    expect(await sentences(await api.call('PUT', `${NODE}/config/network`, eth1('10.0.1.11')))).toMatch(sentence);
  });

  test('the configured active member is one of the two', async () => {
    const chosen = await api.call('PUT', `${AT}/active/${PEER}`, 'null');
    expect((await clusterOf(chosen)).members?.map(({ uid, master }) => [uid, master])).toEqual([
      [PEER, true],
      [UID, false],
    ]);
    const nodes = (await (await api.call('GET', `/node?cluster=${CLUSTER}&projection[0]=uid`)).json()) as Node[];
    expect(nodes.map(({ uid, config, shadow }) => [uid, config.cluster?.master, shadow?.reported])).toEqual([
      [UID, false, { 'cluster.master': 'true' }],
      [PEER, true, { 'cluster.master': 'false' }],
    ]);
    expect(await sentences(await api.call('PUT', `${AT}/active/other`, 'null'))).toMatch(
      /other is no member of gateways.*gw-b/,
    );
  });

  test('master in the heartbeat settings is ignored', async () => {
    await api.call('PUT', `${AT}/active/${UID}`, 'null');
    const response = await api.call('PUT', `${NODE}/config/cluster`, {
      enabled: true,
      host: '10.0.1.10',
      port: 9000,
      master: false,
    });
    expect(Node.parse(await response.json()).config.cluster?.master).toBe(true);
    expect(await sentences(await api.call('PUT', `${NODE}/config/cluster`, { port: 0 }))).toMatch(/port is 0/);
  });

  test('a conflict is cleared by its id', async () => {
    expect(await message(await api.call('DELETE', `${AT}/conflicts/zzz`))).toMatch(/lists no conflict zzz/);
    const mine = api.cluster.port.export() as {
      version: Record<string, number>;
      fields: Record<string, { value?: unknown; dot: [string, number]; seen: object }[]>;
    };
    const theirs = structuredClone(mine);
    theirs.version['peer/1'] = 5;
    theirs.fields.timeout = [
      { value: 30, dot: ['peer/1', 5], seen: mine.version, term: null, at: '2026-01-01T00:00:00Z' } as never,
    ];
    await api.call('PUT', AT, { timeout: 20 });
    await api.cluster.port.merge(theirs);
    const [conflict] = api.cluster.conflicts();
    expect(conflict).toMatchObject({ field: 'timeout', kept: 20, lost: 30 });
    expect((await api.call('DELETE', `${AT}/conflicts/${conflict!.id}`)).status).toBe(200);
    expect(api.cluster.conflicts()).toEqual([]);
  });

  test('a member that cannot be asked is taken out here; one that can is asked itself', async () => {
    api.answer = () => new Response('{}', { headers: { etag: '"7"' } });
    expect((await api.call('PUT', `/node/${PEER}`, { cluster: null })).headers.get('etag')).toBe('"7"');
    expect(api.cluster.port.view().members).toHaveLength(2);
    api.members[1] = member(PEER, { reachable: false, role: 'unknown' });
    const forwarded = await api.call('PUT', `/node/${PEER}`, { state: 'INACTIVE' });
    expect(forwarded.headers.get('etag')).toBe('"7"');
    expect(Buffer.from(api.asked.at(-1)!.body as Uint8Array).toString()).toBe('{"state":"INACTIVE"}');
    expect((await api.call('PUT', `/node/${PEER}`, { cluster: null })).status).toBe(200);
    expect(api.cluster.port.view().members).toEqual([UID]);
  });
});

describe('what is addressed to the peer', () => {
  beforeEach(async () => (api = await createPairApi()));

  test('goes to it and its answer back, byte for byte', async () => {
    api.answer = () =>
      new Response('["no"]', {
        status: 422,
        headers: { 'content-type': 'application/json', 'tg-config-version': '9', 'x-secret': '1' },
      });
    const body = '{ "interfaces" : [] }';
    const response = await api.call('PUT', `/node/${PEER}/config/network?x=1`, body, { 'if-match': '"3"' });
    expect([response.status, await response.text()]).toEqual([422, '["no"]']);
    expect(response.headers.get('tg-config-version')).toBe('9');
    expect(response.headers.get('x-secret')).toBeNull();
    const [request] = api.asked;
    expect(request).toMatchObject({
      method: 'PUT',
      path: `/node/${PEER}/config/network?x=1`,
      headers: { 'if-match': '"3"' },
    });
    expect(JSON.stringify(request!.headers)).not.toContain('trustgrid-token');
    expect(Buffer.from(request!.body as Uint8Array).toString()).toBe(body);
  });

  test('a request that waits is given as much longer', async () => {
    api.answer = () => new Response('{}');
    await api.call('GET', `/node/${PEER}/status?version=1&nic=eth1&wait=60`);
    await api.call('GET', `/node/by-fqdn/${PEER_FQDN}`);
    expect(api.asked.map(({ timeoutMs }) => timeoutMs)).toEqual([70_000, 10_000]);
  });

  test('503 when it never left, 504 when nobody knows', async () => {
    const never = await api.call('GET', `/node/${PEER}`);
    expect([never.status, never.headers.get('tg-not-forwarded')]).toEqual([503, '1']);
    expect(await message(never)).toMatch(/gw-b\.example\.com cannot be reached from its peer: no connection/);
    api.answer = () => {
      throw new PeerUnreachable('it did not answer.', true);
    };
    const open = await api.call('PUT', `/node/${PEER}/config/network`, {});
    expect([open.status, open.headers.get('tg-not-forwarded')]).toEqual([504, null]);
  });

  test('is not sent back to where it came from, and strangers are not asked', async () => {
    const echoed = await api.app.request(`/node/${PEER}`, {}, { peer: PEER });
    expect(echoed.status).toBe(404);
    expect((await api.call('GET', '/node/other')).status).toBe(404);
    expect(api.asked).toEqual([]);
  });

  test('needs a key like everything else', async () => {
    expect((await api.call('GET', `/node/${PEER}`, undefined, { authorization: '' })).status).toBe(401);
    expect(api.asked).toEqual([]);
  });
});

describe('the outcome of a write', () => {
  beforeEach(async () => (api = await createPairApi()));
  const status = async (path: string, version: number) => {
    const response = await api.call('GET', `${path}/status?version=${version}&nic=eth1`);
    expect(response.status).toBe(200);
    return (await response.json()) as NodeStatus;
  };
  const live = (state: 'applied' | 'failing') =>
    void api.interfaces.splice(0, 1, {
      nic: 'eth1',
      clusterIP: '10.0.1.50',
      eni: state === 'failing' ? 'absent' : 'assigned',
      os: 'bound',
      state,
      releasing: [],
      ...(state === 'failing'
        ? { problem: { code: 'x', kind: 'retry-later', since: 'now', message: 'EC2 has taken it away.' } as const }
        : {}),
    });
  const write = async () => {
    const response = await api.call('PUT', NETWORK, eth1('10.0.1.50'));
    expect(response.status).toBe(200);
    return Number(response.headers.get('tg-config-version'));
  };

  test.each([NODE, AT])(
    'at %s of the holder: applied when it is, and not while that very address fails',
    async (path) => {
      const version = await write();
      expect((await status(path, version)).outcome).toBe('pending');
      await api.store.confirm('eth1', version);
      live('applied');
      expect(await status(path, version)).toMatchObject({ outcome: 'applied', messages: [] });
      live('failing');
      const again = await write();
      expect(await status(path, again)).toMatchObject({ outcome: 'pending', messages: ['EC2 has taken it away.'] });
    },
  );

  test('at the other member: pending with a sentence until the holder has it in place', async () => {
    api.actualActive = PEER;
    const version = await write();
    const said = async () => {
      const { outcome, messages } = await status(NODE, version);
      return [outcome, ...(messages ?? [])].join(' ');
    };
    expect(await said()).toMatch(/^pending gw-b\.example\.com holds .* has not said yet that it knows of 10\.0\.1\.50/);
    const address = { nic: 'eth1', address: '10.0.1.50' };
    api.members[1] = member(PEER, { addresses: [{ ...address, eni: 'absent', os: 'bound' }] });
    expect(await said()).toMatch(/^pending 10\.0\.1\.50 is not on the ENI of eth1 at gw-b/);
    api.members[1] = member(PEER, { addresses: [{ ...address, eni: 'assigned', os: 'absent' }] });
    expect(await said()).toMatch(/^pending 10\.0\.1\.50 is not bound on eth1 at gw-b/);
    api.actualActive = null;
    expect(await said()).toMatch(/^pending .*gw-a\.example\.com stands by and hears of no member that holds/);
    await api.store.confirm('eth1', version);
    expect(await said()).toMatch(/^pending/);
    api.actualActive = UID;
    live('applied');
    await api.store.confirm('eth1', version);
    expect(await said()).toBe('applied');
  });

  test('a cluster status says who is what', async () => {
    const body = (await (await api.call('GET', `${AT}/status`)).json()) as {
      actualActive: string;
      configVersion: number;
    };
    expect(body).toMatchObject({ actualActive: UID, configVersion: api.store.current().version });
  });
});

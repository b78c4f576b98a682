import type { Value } from '../../framework/cty/value';
import type { Stored } from '../../framework/server/testing/mini-core';
import { ABSENT, KNOWN_LATER, MiniCore } from '../../framework/server/testing/mini-core';
import { FakeApi } from '../../portal/testing/fake-api';
import { tgProvider } from '../../provider';
import type { TgProvider } from '../../tg-provider';

const FQDN = 'gw-a.example.com';
const SECRET = 'very-secret-value';
const LAN = { node_fqdn: FQDN, nic: 'eth1', cluster_ip: '10.0.1.50' };

let api: FakeApi;
let core: MiniCore<TgProvider>;

const start = async (network = '{}', options = {}): Promise<void> => {
  api = await FakeApi.start(options);
  api.node(FQDN, 'uid-a', network);
  core = await connect();
};
const connect = async (): Promise<MiniCore<TgProvider>> => {
  const made = new MiniCore(tgProvider, 'tg_node_interface');
  const told = await made.configure({ api_host: api.host, api_key_id: 'terraform', api_key_secret: SECRET });
  expect(told).toMatchObject({ errors: [], warnings: [] });
  return made;
};
const network = (): { interfaces?: Record<string, unknown>[] } =>
  JSON.parse(api.targets[0]!.network) as ReturnType<typeof network>;
const entry = (nic = 'eth1') => network().interfaces?.find((i) => i.nic === nic);
const applied = async (stored: Stored, config: Readonly<Record<string, Value>> | null): Promise<Stored> => {
  const told = await core.apply(stored, config);
  expect(told).toMatchObject({ errors: [], warnings: [] });
  return told.stored;
};
/** As `terraform plan` does it. */
const settled = async (stored: Stored, config: Readonly<Record<string, Value>>): Promise<void> => {
  const refreshed = await core.refresh(stored);
  expect(refreshed).toMatchObject({ errors: [], warnings: [] });
  expect(await core.plan(refreshed.stored, config)).toMatchObject({ action: 'none', errors: [] });
};

afterEach(async () => {
  for (const line of core.log) expect(line).not.toContain(SECRET);
  await api.close();
});

describe('the life of a cluster IP', () => {
  test('create, empty plan, change in place, empty plan, destroy', async () => {
    await start('{"interfaces":[{"nic":"eth0","ip":"10.0.0.5/24"}],"darkMode":true}');
    const before = api.targets[0]!.network;
    let stored = await applied(ABSENT, LAN);
    expect(stored.state).toMatchObject({
      id: `${FQDN}:eth1`,
      cluster_ip: '10.0.1.50',
      ip: null,
      mtu: null,
      dhcp: null,
    });
    expect(entry()).toEqual({ nic: 'eth1', clusterIP: '10.0.1.50' });
    await settled(stored, LAN);

    const changed = { ...LAN, cluster_ip: '10.0.1.51' };
    expect(await core.plan(stored, changed)).toMatchObject({ action: 'update' });
    stored = await applied(stored, changed);
    expect(entry()).toEqual({ nic: 'eth1', clusterIP: '10.0.1.51' });
    await settled(stored, changed);

    stored = await applied(stored, null);
    expect(stored.state).toBeNull();
    expect(api.targets[0]!.network).toBe(before);
  });

  test('without cluster_ip in the configuration the address is released, in place', async () => {
    await start();
    const stored = await applied(ABSENT, LAN);
    const { cluster_ip: _, ...without } = LAN;
    expect(await core.plan(stored, without)).toMatchObject({ action: 'update' });
    const after = await applied(stored, without);
    expect(after.state).toMatchObject({ cluster_ip: null });
    expect(entry()).toEqual({ nic: 'eth1' });
    await applied(after, null);
    expect(network().interfaces).toEqual([]);
  });

  test.each([
    ['nic', { nic: 'eth2' }],
    ['node_fqdn', { node_fqdn: 'gw-b.example.com' }],
    ['node_fqdn → node_id', { node_fqdn: null, node_id: 'uid-a' }],
  ])('a change of %s replaces', async (_, change) => {
    await start();
    api.node('gw-b.example.com', 'uid-b');
    const stored = await applied(ABSENT, LAN);
    const config = { ...LAN, ...change };
    expect(await core.plan(stored, config)).toMatchObject({ action: 'replace' });
    const after = await applied(stored, config);
    expect(after.state).toMatchObject({ cluster_ip: '10.0.1.50', nic: config.nic });
    const places = api.targets.flatMap((t) => (JSON.parse(t.network) as ReturnType<typeof network>).interfaces ?? []);
    expect(places).toHaveLength(1);
  });

  test('a replacement takes away from the old node all that the resource set there', async () => {
    await start();
    api.node('gw-b.example.com', 'uid-b');
    const config = { ...LAN, ip: '10.0.1.10/24', mtu: 1500 };
    const stored = await applied(ABSENT, config);
    await applied(stored, { ...config, node_fqdn: 'gw-b.example.com' });
    expect(network()).toEqual({ interfaces: [] });
    expect(api.targets[1]!.network).toBe(
      '{"interfaces":[{"nic":"eth1","clusterIP":"10.0.1.50","ip":"10.0.1.10/24","mtu":1500}]}',
    );
  });

  test('a target that is known only after apply', async () => {
    await start();
    const stored = await applied(ABSENT, LAN);
    expect(await core.plan(ABSENT, { ...LAN, node_fqdn: KNOWN_LATER })).toMatchObject({ action: 'create', errors: [] });
    expect(await core.plan(stored, { ...LAN, node_fqdn: KNOWN_LATER })).toMatchObject({
      action: 'replace',
      errors: [],
    });
    expect(await core.plan(stored, { ...LAN, cluster_ip: KNOWN_LATER })).toMatchObject({
      action: 'update',
      errors: [],
    });
    expect(await core.plan(stored, { ...LAN, dns: ['10.0.0.2', KNOWN_LATER] })).toMatchObject({
      action: 'update',
      errors: [],
    });
  });

  test('apply returns when the node reports it applied, not before', async () => {
    await start();
    let done = false;
    api.outcome = (nic, version) => ({ outcome: done && nic === 'eth1' && version === 2 ? 'applied' : 'pending' });
    let returned = false;
    const applying = core.apply(ABSENT, LAN).then((told) => {
      returned = true;
      return told;
    });
    while (api.count('GET', '/status') === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(returned).toBe(false);
    done = true;
    expect((await applying).errors).toEqual([]);
  });

  test('against the portal it returns after the write', async () => {
    await start('{}', { portal: true });
    const stored = await applied(ABSENT, LAN);
    await settled(stored, LAN);
    await applied(stored, null);
    expect(network().interfaces).toEqual([]);
  });

  test('a cluster', async () => {
    await start();
    api.cluster('pair.example.com', '{"interfaces":[{"nic":"eth1","cloudRoutes":[{"route":"10.9.0.0/16"}]}]}');
    const config = { cluster_fqdn: 'pair.example.com', nic: 'eth1', cluster_ip: '10.0.1.50' };
    const stored = await applied(ABSENT, config);
    await settled(stored, config);
    await applied(stored, null);
    expect(api.targets[1]!.network).toBe('{"interfaces":[{"nic":"eth1","cloudRoutes":[{"route":"10.9.0.0/16"}]}]}');
  });
});

describe('a cluster of two daemons', () => {
  const PAIR = 'pair.example.com';
  const SHARED = { cluster_fqdn: PAIR, nic: 'eth1', cluster_ip: '10.0.1.50' };
  let peer: FakeApi;
  let both: MiniCore<TgProvider>;

  beforeEach(async () => {
    [api, peer] = [await FakeApi.start(), await FakeApi.start()];
    for (const member of [api, peer]) member.cluster(PAIR);
    core = both = new MiniCore(tgProvider, 'tg_node_interface');
    const credentials = { api_key_id: 'terraform', api_key_secret: SECRET };
    expect(await both.configure({ api_hosts: [api.host, peer.host], ...credentials })).toMatchObject({ errors: [] });
  });
  afterEach(() => peer.close());

  test('apply returns when the active member reports it applied, and fails with what it says', async () => {
    api.outcome = () => ({ outcome: 'pending', messages: ['nobody is active: gw-a and gw-b are both disabled.'] });
    const timeouts = { create: '1s', read: null, update: null, delete: null };
    const told = await both.apply(ABSENT, { ...SHARED, timeouts });
    expect(told.errors.join()).toContain('nobody is active');
    expect(told.stored.tainted).toBe(true);
    api.outcome = () => ({ outcome: 'refused', messages: ['10.0.1.50 belongs to eni-1.'] });
    expect((await both.apply(ABSENT, SHARED)).errors.join()).toContain('belongs to eni-1');
  });

  test('a plan asks the cluster what it thinks', async () => {
    api.findings = () => [
      { severity: 'error', code: 'x', message: 'members sit in different subnets', nic: 'eth1', field: 'clusterIP' },
    ];
    const told = await both.plan(ABSENT, SHARED);
    expect(told.errors.join()).toContain('different subnets');
    expect(told.diagnostics[0]?.attribute?.steps[0]?.selector).toMatchObject({ value: 'cluster_ip' });
  });

  test('the member that took the write dies while it is waited for: the other one is asked for what is in force', async () => {
    api.outcome = () => ({ outcome: 'pending' });
    const applying = both.apply(ABSENT, SHARED);
    while (api.count('GET', '/status') === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    peer.targets[0]!.network = api.targets[0]!.network;
    peer.targets[0]!.version = 77;
    const unknown = JSON.stringify(['version 2 was never written here']);
    peer.fault = ({ path, query }) =>
      path.endsWith('/status') && query.has('version') && query.get('version') !== '77'
        ? { kind: 'answer', status: 422, body: unknown }
        : undefined;
    await api.close();
    expect(await applying).toMatchObject({ errors: [], warnings: [] });
    const asked = peer.requests.filter((r) => r.path.endsWith('/status')).map((r) => r.query.get('version'));
    expect(asked).toEqual(['2', null, '77']);
    expect(peer.count('PUT')).toBe(0);
    api = await FakeApi.start(); // for afterEach
  });

  test('nodes belong to a cluster only', async () => {
    const told = await both.validate({ ...LAN, node_fqdns: ['gw-a'] });
    expect(told.errors.join()).toContain('node_fqdn and node_fqdns are set');
    expect((await both.import(`cluster_fqdn:${PAIR}@gw-a,gw-b/eth1`)).errors).toEqual([]);
  });
});

test.each<[string, Readonly<Record<string, Value>>]>([
  ['duplex and speed without mode', { duplex: 'full', speed: 25000 }],
  ['0 for not set', { mtu: 0, speed: 0 }],
  ['an mtu that this provider knows nothing of', { mtu: 1200 }],
])('HCL of the existing provider stays valid and settles: %s', async (_, more) => {
  await start();
  const config = { ...LAN, ...more };
  await settled(await applied(ABSENT, config), config);
});

describe('two resources of one interface in the same apply', () => {
  const BY_ID = { ...LAN, node_fqdn: null, node_id: 'uid-a' };

  test('a replacement that is created first keeps the address: from node_id to node_fqdn', async () => {
    await start();
    const stored = await applied(ABSENT, { ...BY_ID, mtu: 1500 });
    const before = api.targets[0]!.network;
    const told = await core.apply(stored, { ...LAN, mtu: 1500 }, { createBeforeDestroy: true });
    expect(told).toMatchObject({ errors: [], warnings: [expect.stringContaining('eth1 of node uid-a: another')] });
    expect(api.targets[0]!.network).toBe(before);
    await settled(told.stored, { ...LAN, mtu: 1500 });
    await applied(told.stored, null);
    expect(network().interfaces).toEqual([]);
  });

  test('another name without a moved block, at the same time, in either order', async () => {
    await start();
    const one = await applied(ABSENT, LAN);
    api.outcome = () => ({ outcome: 'pending' });
    const made = core.apply(ABSENT, LAN);
    while (api.count('GET', '/status') === 1) await new Promise((resolve) => setTimeout(resolve, 5));
    const gone = core.apply(one, null, { sameRun: true });
    api.outcome = () => ({ outcome: 'applied' });
    const [{ stored: two }, old] = await Promise.all([made, gone]);
    expect(old).toMatchObject({ errors: [], stored: { state: null } });
    expect(entry()).toEqual({ nic: 'eth1', clusterIP: '10.0.1.50' });
    expect((await core.apply(two, null)).stored.state).toBeNull();
    await core.apply(ABSENT, LAN, { sameRun: true });
    expect(entry()).toEqual({ nic: 'eth1', clusterIP: '10.0.1.50' });
  });

  test('a create that was refused holds nothing', async () => {
    await start();
    const stored = await applied(ABSENT, LAN);
    api.outcome = () => ({ outcome: 'refused', messages: ['it is in use'] });
    expect((await core.apply(ABSENT, { ...LAN, cluster_ip: '10.0.1.60' })).errors).toHaveLength(1);
    api.outcome = () => ({ outcome: 'applied' });
    api.validate = () => ['no'];
    expect((await core.apply(ABSENT, { ...LAN, cluster_ip: '10.0.1.61' }, { sameRun: true })).errors).toHaveLength(1);
    api.validate = () => [];
    expect(await core.apply(stored, null, { sameRun: true })).toMatchObject({ errors: [], warnings: [] });
    expect(network().interfaces).toEqual([]);
  });

  test('that contradict each other: the second is refused and names both values', async () => {
    await start();
    await applied(ABSENT, LAN);
    const told = await core.apply(ABSENT, { ...BY_ID, cluster_ip: '10.0.1.51' }, { sameRun: true });
    expect(told.errors).toEqual([expect.stringMatching(/"10\.0\.1\.50".*"10\.0\.1\.51".*Nothing was written/)]);
    expect(told.stored.state).toBeNull();
    expect(entry()).toEqual({ nic: 'eth1', clusterIP: '10.0.1.50' });
    const silent = await core.apply(ABSENT, { node_id: 'uid-a', nic: 'eth1', mtu: 1500 }, { sameRun: true });
    expect(silent.errors).toEqual([expect.stringContaining('this one wants none')]);
    const more = await core.apply(ABSENT, { ...BY_ID, mtu: 1500 }, { sameRun: true });
    expect(more.errors).toEqual([]);
  });
});

describe('the other attributes', () => {
  const existing =
    '{"interfaces":[{"nic":"eth1","ip":"10.0.1.10/24","mtu":1500,"description":"x","routes":[{"route":"10.9.0.0/16"}]}]}';
  const FULL = {
    ...LAN,
    ip: '10.0.1.11/24',
    dhcp: false,
    gateway: '10.0.1.1',
    vrf: 'blue',
    dns: ['10.0.0.2'],
    mode: 'manual',
    duplex: 'full',
    speed: 1000,
    mtu: 9001,
  };

  test('what HCL does not name is taken over and stays', async () => {
    await start(existing);
    let stored = await applied(ABSENT, LAN);
    expect(stored.state).toMatchObject({ ip: '10.0.1.10/24', mtu: 1500, dns: null });
    stored = await applied(stored, { ...LAN, mtu: 1400 });
    expect(entry()).toMatchObject({ ip: '10.0.1.10/24', mtu: 1400, clusterIP: '10.0.1.50', description: 'x' });
    await settled(stored, LAN);
    await applied(stored, null);
    expect(entry()).toEqual({ nic: 'eth1', ip: '10.0.1.10/24', description: 'x', routes: [{ route: '10.9.0.0/16' }] });
  });

  test('all of them, and all of them away', async () => {
    await start();
    const stored = await applied(ABSENT, FULL);
    expect(stored.state).toMatchObject(FULL);
    expect(entry()).toEqual({
      nic: 'eth1', clusterIP: '10.0.1.50', ip: '10.0.1.11/24', gateway: '10.0.1.1', vrf: 'blue', dns: ['10.0.0.2'], mode: 'manual',
      duplex: 'full', speed: 1000, mtu: 9001,
    }); // prettier-ignore
    await settled(stored, FULL);
    await applied(stored, null);
    expect(network().interfaces).toEqual([]);
  });

  test('values that the API does not keep apart from "not set" make no endless diff', async () => {
    await start();
    const config = { ...LAN, dhcp: false, vrf: '', dns: [] };
    const stored = await applied(ABSENT, config);
    expect(stored.state).toMatchObject({ dhcp: false, vrf: '', dns: [] });
    await settled(stored, config);
  });

  test('state of the existing provider, with empty values in it, gives an empty plan', async () => {
    await start('{"interfaces":[{"nic":"eth1","clusterIP":"10.0.1.50"}]}');
    const legacy = {
      id: 'uid-a:eth1',
      node_id: 'uid-a',
      nic: 'eth1',
      cluster_ip: '10.0.1.50',
      ip: '',
      gateway: '',
      vrf: '',
      dhcp: false,
      dns: [],
      mode: '',
      duplex: '',
      speed: 0,
      mtu: 0,
    };
    await settled(
      { ...ABSENT, state: core.config(legacy) },
      { node_id: 'uid-a', nic: 'eth1', cluster_ip: '10.0.1.50' },
    );
  });

  test('timeouts alone are a change, but not one for the node', async () => {
    await start();
    const stored = await applied(ABSENT, LAN);
    const puts = api.count('PUT');
    await applied(stored, { ...LAN, timeouts: { update: '5m' } });
    expect(api.count('PUT')).toBe(puts);
  });

  test('an entry that only a cluster IP was in says nothing without it: destroy after an import takes it', async () => {
    await start('{"interfaces":[{"nic":"eth0"},{"nic":"eth1","clusterIP":"10.0.1.50"}]}');
    const { stored } = await core.import(`${FQDN}/eth1`);
    await applied(stored, null);
    expect(api.targets[0]!.network).toBe('{"interfaces":[{"nic":"eth0"}]}');
  });

  test('the portal wants an ip on an interface: destroy keeps it, and says so', async () => {
    await start('{"interfaces":[{"nic":"eth1","ip":"10.0.1.10/24"}]}');
    api.validate = (text) =>
      (JSON.parse(text) as ReturnType<typeof network>).interfaces?.some((i) => i.ip === undefined)
        ? ['interface ip is required']
        : [];
    const stored = await applied(ABSENT, { ...LAN, ip: '10.0.1.11/24' });
    const told = await core.apply(stored, null);
    expect(told).toMatchObject({
      errors: [],
      stored: { state: null },
      warnings: [expect.stringContaining('its ip 10.0.1.11/24 was left')],
    });
    expect(entry()).toEqual({ nic: 'eth1', ip: '10.0.1.11/24' });
  });
});

describe('import', () => {
  test.each([
    [`${FQDN}/eth1`, { node_fqdn: FQDN }],
    [`node_fqdn:${FQDN}/eth1`, { node_fqdn: FQDN }],
    ['node_id:uid-a/eth1', { node_id: 'uid-a' }],
    ['cluster_fqdn:pair.example.com/eth1', { cluster_fqdn: 'pair.example.com' }],
    ['d70e7d73-2a1c-4388-bbb1-08ca2fd39f48/eth1', { node_id: 'd70e7d73-2a1c-4388-bbb1-08ca2fd39f48' }],
  ])('%s, then an empty plan, then destroy', async (id, target) => {
    const text = '{"interfaces":[{"nic":"eth1","clusterIP":"10.0.1.50","mtu":1500}]}';
    await start(text);
    api.node('gw-u.example.com', 'd70e7d73-2a1c-4388-bbb1-08ca2fd39f48', text);
    api.cluster('pair.example.com', text);
    const { stored, errors } = await core.import(id);
    expect(errors).toEqual([]);
    expect(stored.state).toMatchObject({ ...target, nic: 'eth1', cluster_ip: '10.0.1.50', mtu: 1500 });
    await settled(stored, { ...target, nic: 'eth1', cluster_ip: '10.0.1.50' });
    await applied(stored, null);
    expect(api.targets.map((t) => t.network)).toContain('{"interfaces":[{"nic":"eth1","mtu":1500}]}');
  });

  test('values that the API does not keep apart from "not set" plan nothing after an import', async () => {
    await start('{"interfaces":[{"nic":"eth1","clusterIP":"10.0.1.50"}]}');
    const { stored } = await core.import(`${FQDN}/eth1`);
    await settled(stored, { ...LAN, dhcp: false, vrf: '', dns: [] });
    await settled(stored, LAN);
    expect(await core.plan(stored, { ...LAN, dhcp: true })).toMatchObject({ action: 'update' });
  });

  test('an id that is none is told how to be one', async () => {
    await start();
    for (const id of ['', 'eth1', 'a/b/c', '/eth1', 'gw/', 'gw:eth1', 'x y/eth1', 'gw/an-interface-with-a-long-name']) {
      expect((await core.import(id)).errors).toEqual([expect.stringContaining('NODE_FQDN/NIC')]);
    }
  });

  test('what does not exist', async () => {
    await start();
    expect((await core.import(`${FQDN}/eth9`)).stored.state).toBeNull();
    expect((await core.import(`nobody.example.com/eth1`)).stored.state).toBeNull();
  });
});

describe('drift', () => {
  test('an interface deleted elsewhere is planned anew, and its destruction succeeds', async () => {
    await start();
    const stored = await applied(ABSENT, LAN);
    api.targets[0]!.network = '{}';
    const { stored: refreshed } = await core.refresh(stored);
    expect(refreshed.state).toBeNull();
    expect(await core.plan(refreshed, LAN)).toMatchObject({ action: 'create' });
    expect((await applied(stored, null)).state).toBeNull();
  });

  test('so is one whose node is gone', async () => {
    await start();
    const stored = await applied(ABSENT, LAN);
    api.targets.length = 0;
    core = await connect();
    expect((await core.refresh(stored)).stored.state).toBeNull();
    expect((await applied(stored, null)).state).toBeNull();
  });

  test('a value changed elsewhere is planned back', async () => {
    await start();
    const stored = await applied(ABSENT, LAN);
    api.targets[0]!.network = '{"interfaces":[{"nic":"eth1","clusterIP":"10.0.1.99"}]}';
    core = await connect();
    const { stored: refreshed } = await core.refresh(stored);
    expect(refreshed.state).toMatchObject({ cluster_ip: '10.0.1.99' });
    expect(await core.plan(refreshed, LAN)).toMatchObject({ action: 'update' });
  });

  test('a node that has not applied what it has is a warning', async () => {
    await start();
    const stored = await applied(ABSENT, LAN);
    api.interfaces = () => [
      {
        nic: 'eth1',
        clusterIP: '10.0.1.50',
        eni: 'absent',
        os: 'bound',
        state: 'failing',
        releasing: [],
        problem: { code: 'throttled', message: 'AWS throttles.', kind: 'retry-later', since: '' },
      },
    ];
    const refreshed = await core.refresh(stored);
    expect(refreshed).toMatchObject({
      errors: [],
      warnings: [expect.stringMatching(/eth1 of node gw-a.example.com.*AWS throttles/)],
    });
    expect(await core.plan(refreshed.stored, LAN)).toMatchObject({ action: 'none' });
  });
});

describe('a node that is slow', () => {
  const eth1 = (over: object) => ({
    nic: 'eth1', clusterIP: null, eni: 'assigned', os: 'bound', state: 'pending', releasing: ['10.0.1.50'], ...over,
  }); // prettier-ignore

  test('a destroy that timed out is not over while the node still holds the address', async () => {
    await start();
    const timeouts = { delete: '100ms' };
    const stored = await applied(ABSENT, { ...LAN, timeouts });
    api.outcome = () => ({ outcome: 'pending', messages: ['AWS throttles'] });
    api.interfaces = () => [eth1({ problem: { message: 'AWS\u001b[31m throttles' } })];
    const first = await core.apply(stored, null);
    expect(first.errors).toHaveLength(1);
    expect(network().interfaces).toEqual([]);
    const refreshed = await core.refresh(first.stored);
    expect(refreshed.warnings).toEqual([expect.stringMatching(/still releasing 10\.0\.1\.50.*AWS \[31m throttles/)]);
    expect(refreshed.stored.state).toMatchObject({ nic: 'eth1', cluster_ip: null });
    const second = await core.apply(refreshed.stored, null);
    expect(second.errors).toHaveLength(1);
    expect(second.stored.state).not.toBeNull();
    api.outcome = () => ({ outcome: 'applied' });
    api.interfaces = () => [eth1({ state: 'applied', eni: 'none-wanted', os: 'none-wanted', releasing: [] })];
    expect((await applied(second.stored, null)).state).toBeNull();
    core = await connect();
    expect((await core.refresh(second.stored)).stored.state).toBeNull();
  });

  test('a status that does not come is waited for a short while only', async () => {
    await start();
    const stored = await applied(ABSENT, LAN);
    api.fault = ({ path }) => (path.endsWith('/status') ? { kind: 'hang' } : undefined);
    const later = setTimeout;
    const clock = jest
      .spyOn(global, 'setTimeout')
      .mockImplementation((job: () => void, ms?: number) => later(job, ms === 5_000 ? 20 : ms));
    try {
      expect(await core.refresh(stored)).toMatchObject({
        errors: [],
        warnings: [expect.stringContaining('Status not known: eth1 of node gw-a.example.com')],
        stored: { state: stored.state },
      });
    } finally {
      clock.mockRestore();
    }
  });
});

describe('a failed apply', () => {
  test('refused by the API: the sentence, and nothing in the state', async () => {
    await start();
    api.validate = () => ['interfaces[0].clusterIP: 10.0.1.50 is in no subnet of this node'];
    const told = await core.apply(ABSENT, LAN);
    expect(told.errors).toEqual([expect.stringContaining('10.0.1.50 is in no subnet of this node')]);
    expect(told.diagnostics[0]?.attribute?.steps[0]?.selector?.value).toBe('cluster_ip');
    expect(told.stored.state).toBeNull();
  });

  test('refused by AWS and put back: the prior state', async () => {
    await start();
    const stored = await applied(ABSENT, LAN);
    api.outcome = () => ({ outcome: 'refused', messages: ['10.0.1.60 is the\u001b[31m primary address of eni-9'] });
    const told = await core.apply(stored, { ...LAN, cluster_ip: '10.0.1.60' });
    expect(told.errors).toEqual([expect.stringContaining('10.0.1.60 is the [31m primary address of eni-9')]);
    expect(told.stored.state).toMatchObject({ cluster_ip: '10.0.1.50' });
    expect((await core.apply(ABSENT, { ...LAN, nic: 'eth2', cluster_ip: '10.0.1.61' })).stored.state).toBeNull();
  });

  test('not applied in time: what the node waits for, and the new value in the state', async () => {
    await start();
    const stored = await applied(ABSENT, LAN);
    api.outcome = () => ({ outcome: 'pending', messages: ['AWS throttles: RequestLimitExceeded'] });
    const told = await core.apply(stored, { ...LAN, cluster_ip: '10.0.1.60', timeouts: { update: '100ms' } });
    expect(told.errors).toEqual([expect.stringMatching(/RequestLimitExceeded/)]);
    expect(told.errors[0]).toContain('timeouts.update');
    expect(told.stored).toMatchObject({ tainted: false, state: { cluster_ip: '10.0.1.60' } });
    const created = await core.apply(ABSENT, { ...LAN, nic: 'eth2', timeouts: { create: '100ms' } });
    expect(created.errors).toEqual([expect.stringContaining('run `terraform untaint`')]);
    expect(told.errors[0]).not.toContain('untaint');
    expect(created.stored).toMatchObject({ tainted: true, state: { cluster_ip: '10.0.1.50' } });
    const destroyed = await core.apply(
      { ...told.stored, state: core.config({ ...told.stored.state, timeouts: { delete: '100ms' } }) },
      null,
    );
    expect(destroyed.errors).toHaveLength(1);
    expect(destroyed.stored.state).not.toBeNull();
    api.outcome = () => ({ outcome: 'applied' });
    expect((await applied(destroyed.stored, null)).state).toBeNull();
    expect((await applied(created.stored, { ...LAN, nic: 'eth2' })).tainted).toBe(false);
  });

  test('the answer to the write is lost, and it was not executed: told; the next plan says what is true', async () => {
    await start('{}', { portal: true });
    api.fault = ({ method }) => (method === 'PUT' ? { kind: 'drop-before' } : undefined);
    const told = await core.apply(ABSENT, LAN);
    expect(told.errors).toEqual([expect.stringContaining('whether it was executed is not known')]);
    expect(told.stored.state).not.toBeNull();
    api.fault = () => undefined;
    core = await connect();
    expect((await core.refresh(told.stored)).stored.state).toBeNull();
  });

  test('the answer to the write is lost, and it was executed: success, and destroy leaves nothing', async () => {
    await start();
    api.fault = ({ method }) => (method === 'PUT' ? { kind: 'drop-after' } : undefined);
    const stored = await applied(ABSENT, LAN);
    await applied(stored, null);
    expect(network().interfaces).toEqual([]);
  });

  test('interrupted while waiting: an error, and the state keeps what was written; the connection still works', async () => {
    await start();
    api.outcome = () => ({ outcome: 'pending' });
    const applying = core.apply(ABSENT, LAN);
    while (api.count('GET', '/status') === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await core.stop();
    const told = await applying;
    expect(told.errors).toEqual([expect.stringContaining('the user stopped terraform')]);
    expect(told.stored.state).toMatchObject({ cluster_ip: '10.0.1.50' });
    api.outcome = () => ({ outcome: 'applied' });
    await applied(told.stored, LAN);
  });

  test('interrupted before anything was sent: no state', async () => {
    await start('{}', { portal: true });
    const reading = (): number => api.count('GET', '/node/uid-a');
    api.fault = ({ path }) => (path === '/node/uid-a' ? { kind: 'hang' } : undefined);
    const applying = core.apply(ABSENT, LAN);
    while (reading() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await core.stop();
    const told = await applying;
    expect(told.errors).toHaveLength(1);
    expect(told.stored.state).toBeNull();
  });
});

describe('what the node says at plan', () => {
  const finding = (severity: string, field?: string, nic = 'eth1') => ({
    severity,
    code: 'x',
    message: '10.0.1.50 is the primary address',
    nic,
    field,
  });

  test('errors and warnings, at the attribute; what is about another NIC is not told', async () => {
    await start();
    api.findings = () => [
      finding('error', 'clusterIP'),
      finding('warning', 'mtu'),
      finding('error', 'clusterIP', 'eth7'),
    ];
    const plan = await core.plan(ABSENT, LAN);
    expect(plan.errors).toHaveLength(1);
    expect(plan.warnings).toHaveLength(1);
    expect(plan.diagnostics.map((d) => d.attribute?.steps[0]?.selector?.value)).toEqual(['cluster_ip', 'mtu']);
    expect(api.targets[0]!.network).toBe('{}');
    api.findings = () => [{ ...finding('error', 'clusterIP'), message: 'no\u001b[2J' }];
    expect((await core.plan(ABSENT, LAN)).errors).toEqual([expect.stringMatching(/: no \[2J$/)]);
  });

  test('it is asked about the whole config with the change in it', async () => {
    await start('{"x":1.0,"interfaces":[{"nic":"eth0"}]}');
    await core.plan(ABSENT, LAN);
    expect(api.requests.find((r) => r.method === 'POST')?.body).toBe(
      '{"x":1.0,"interfaces":[{"nic":"eth0"},{"nic":"eth1","clusterIP":"10.0.1.50"}]}',
    );
  });

  test('nothing is asked where nothing changes', async () => {
    await start();
    const stored = await applied(ABSENT, LAN);
    const posts = api.count('POST');
    await settled(stored, LAN);
    expect(api.count('POST')).toBe(posts);
  });

  test('a node that cannot be asked is a warning', async () => {
    await start();
    const elsewhere = await FakeApi.start();
    await elsewhere.close();
    const { host } = elsewhere;
    await core.configure({ api_host: host, api_key_id: 'terraform', api_key_secret: SECRET });
    expect(await core.plan(ABSENT, LAN)).toMatchObject({
      action: 'create',
      errors: [],
      warnings: [expect.stringContaining('without asking the node')],
    });
  });

  test('wrong credentials are an error', async () => {
    await start('{}', { authorization: 'trustgrid-token terraform:other' });
    expect((await core.plan(ABSENT, LAN)).errors).toEqual([expect.stringContaining('api_key_secret')]);
  });

  test('an address that moves from another NIC of the node is no error', async () => {
    await start('{"interfaces":[{"nic":"eth0","clusterIP":"10.0.1.50"}]}');
    const plan = await core.plan(ABSENT, LAN);
    expect(plan).toMatchObject({
      errors: [],
      warnings: [expect.stringMatching(/is the cluster IP of eth0.*unless create_before_destroy/)],
    });
    expect(api.requests.find((r) => r.method === 'POST')?.body).toBe(
      '{"interfaces":[{"nic":"eth0"},{"nic":"eth1","clusterIP":"10.0.1.50"}]}',
    );
  });

  test('taking over an interface without naming its cluster IP is warned of', async () => {
    await start('{"interfaces":[{"nic":"eth1","clusterIP":"10.0.1.77"}]}');
    const plan = await core.plan(ABSENT, { node_fqdn: FQDN, nic: 'eth1', mtu: 1400 });
    expect(plan.warnings).toEqual([expect.stringContaining('set cluster_ip = "10.0.1.77"')]);
  });

  test('of a cluster too', async () => {
    await start();
    api.cluster('pair.example.com', '{"interfaces":[{"nic":"eth1","clusterIP":"10.0.1.77"}]}');
    const config = { cluster_fqdn: 'pair.example.com', nic: 'eth1' };
    const plan = await core.plan(ABSENT, config);
    expect(plan.warnings).toEqual([
      expect.stringContaining('eth1 of cluster pair.example.com: it has cluster IP 10.0.1.77'),
    ]);
    const moved = await core.plan(ABSENT, { ...config, nic: 'eth2', cluster_ip: '10.0.1.77' });
    expect(moved.warnings).toEqual([expect.stringContaining('is the cluster IP of eth1')]);
    const unknown = await core.plan(ABSENT, { ...config, cluster_fqdn: 'nobody.example.com' });
    expect(unknown.warnings).toEqual([expect.stringContaining('knows no such cluster')]);
  });
});

describe('validate, unconfigured', () => {
  const unconfigured = new MiniCore(tgProvider, 'tg_node_interface');
  beforeEach(() => start());

  test.each<[string, Readonly<Record<string, Value>>, string]>([
    ['a prefix length', { ...LAN, cluster_ip: '10.0.1.50/24' }, 'cluster_ip "10.0.1.50/24" has a prefix length'],
    ['leading zeros', { ...LAN, cluster_ip: '10.0.01.50' }, 'leading zero'],
    ['0.0.0.0', { ...LAN, cluster_ip: '0.0.0.0' }, 'unspecified'],
    ['multicast', { ...LAN, cluster_ip: '224.0.0.1' }, 'multicast'],
    ['loopback', { ...LAN, cluster_ip: '127.0.0.1' }, 'loopback'],
    ['no address', { ...LAN, cluster_ip: 'ten' }, 'not an IPv4 address'],
    ['empty', { ...LAN, cluster_ip: '' }, 'cluster_ip ""'],
    ['no target', { nic: 'eth1' }, 'Exactly one of node_fqdn, node_id and cluster_fqdn'],
    ['two targets', { ...LAN, node_id: 'uid-a' }, 'only one of node_fqdn, node_id and cluster_fqdn'],
    ['a URL as node', { ...LAN, node_fqdn: 'https://gw-a' }, 'is not a host name'],
    ['a name as node_id', { node_id: 'gw-a.example.com', nic: 'eth1' }, "is not a node's id"],
    ['a bad NIC', { ...LAN, nic: 'eth1:1' }, 'nic "eth1:1" is not the name'],
    ['an address without prefix', { ...LAN, ip: '10.0.1.10' }, 'lacks its prefix length'],
    ['a bad gateway', { ...LAN, gateway: '10.0.1.1/24' }, 'gateway "10.0.1.1/24"'],
    ['a bad DNS server', { ...LAN, dns: ['10.0.0.2', 'x'] }, 'dns[1] "x"'],
    ['null in dns', { ...LAN, dns: ['10.0.0.2', null] }, 'dns contains null'],
    ['mode', { ...LAN, mode: 'half' }, 'mode must be one of "auto", "manual"'],
    ['speed', { ...LAN, speed: -1 }, 'speed must be zero or more, not -1'],
    ['mtu', { ...LAN, mtu: -1 }, 'mtu must be zero or more, not -1'],
    ['a timeout', { ...LAN, timeouts: { create: '5 minutes' } }, 'timeouts.create must be a positive duration'],
  ])('%s', async (_, config, sentence) => {
    const { errors } = await unconfigured.validate(config);
    expect(errors.join('\n')).toContain(sentence);
    expect(api.requests).toHaveLength(0);
  });

  test.each<[string, Readonly<Record<string, Value>>]>([
    ['the specification’s snippet', { node_fqdn: KNOWN_LATER, nic: 'eth1', cluster_ip: '10.0.1.50' }],
    [
      'an example of the existing provider',
      {
        node_id: 'd70e7d73-2a1c-4388-bbb1-08ca2fd39f48',
        nic: 'ens192',
        ip: '10.20.10.50/24',
        vrf: 'my-vrf',
        gateway: '10.20.10.1',
        dhcp: false,
        dns: ['8.8.8.8', '1.1.1.1'],
        mode: 'manual',
        mtu: 1500,
      },
    ],
    [
      'all unknown',
      { node_fqdn: KNOWN_LATER, nic: KNOWN_LATER, cluster_ip: KNOWN_LATER, dns: KNOWN_LATER, mtu: KNOWN_LATER },
    ],
  ])('%s is fine', async (_, config) => {
    expect((await unconfigured.validate(config)).errors).toEqual([]);
  });
});

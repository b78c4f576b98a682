import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ClusterStatus } from '@tg/api';
import { createTestNode, fakeEc2, type FakeEc2, NODE_A, NODE_B, type TestNode } from './agent.fixture';
import { makeClusterKey } from './cluster/link/cluster-key';

/** Two daemons in this process, over real links on loopback, at one EC2. */
const FQDN = 'gw.example.com';
const KEY = makeClusterKey();
jest.setTimeout(60_000);
let ec2: FakeEc2;
let a: TestNode;
let b: TestNode;
let ports: { a: number; b: number };

beforeEach(async () => {
  ec2 = fakeEc2();
  a = createTestNode(NODE_A, ec2);
  b = createTestNode(NODE_B, ec2);
  ports = { a: await freePort(), b: await freePort() };
});
afterEach(async () => {
  await a.kill();
  await b.kill();
  await a.dispose();
  await b.dispose();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const until = async (what: string, holds: () => boolean | Promise<boolean>) => {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) {
      throw new Error(
        `never: ${what}\n${JSON.stringify([seen(a), seen(b)], null, 1)}\n${a.logged.slice(-15).join('')}\n${b.logged.slice(-15).join('')}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const seen = (node: TestNode): ClusterStatus | undefined => node.agent?.status().cluster;
const onEni = (node: TestNode) => [...(ec2.secondary.get(node === a ? 'eni-1' : 'eni-2') ?? [])].sort().join();
const onNic = (node: TestNode) => [...node.os.bound.keys()].sort().join();
/** The address is at this node's ENI and NIC, and nowhere else. */
const isAt = (node: TestNode, address: string) => {
  const other = node === a ? b : a;
  return onEni(node) === address && onNic(node) === address && onEni(other) === '' && onNic(other) === '';
};
const isActive = (node: TestNode) =>
  seen(node)?.actualActive === (node === a ? NODE_A.uid : NODE_B.uid) && node.agent?.status().role === 'active';
const put = async (node: TestNode, path: string, body: unknown) => {
  const { status, body: answer } = await node.call('PUT', path, body);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`);
};
const joinA = async () => {
  await put(a, `/node/${NODE_A.uid}/config/cluster`, { enabled: true, host: '127.0.0.1', port: ports.a });
  await put(a, `/node/${NODE_A.uid}`, { cluster: FQDN, clusterKey: KEY });
};
const joinB = async () => {
  await put(b, `/node/${NODE_B.uid}/config/cluster`, { enabled: true, host: '127.0.0.1', port: ports.b });
  await put(b, `/node/${NODE_B.uid}`, { cluster: FQDN, clusterKey: KEY, peer: { host: '127.0.0.1', port: ports.a } });
};
/** A cluster at a timeout of 3 s, with A active and holding the address. */
async function formed(address = '10.0.1.50'): Promise<void> {
  await a.start();
  await b.start();
  await a.write(address);
  await joinA();
  await put(a, `/cluster/${FQDN}`, { timeout: 3 });
  await joinB();
  await until('both members know each other', () =>
    [a, b].every(
      (node) => seen(node)?.members.every(({ reachable }) => reachable) === true && seen(node)?.members.length === 2,
    ),
  );
  await until(
    'A holds, B stands by',
    () => isAt(a, address) && isActive(a) && seen(b)?.members[0]?.phase === 'standby',
  );
}

test('a node that holds an address joins and goes on holding it; the second one takes its config and stands by', async () => {
  await formed();
  expect(ec2.calls.filter((call) => call.startsWith('unassign'))).toEqual([]);
  expect(seen(b)).toMatchObject({
    fqdn: FQDN,
    timeout: 3,
    actualActive: NODE_A.uid,
    members: [
      { uid: NODE_B.uid, self: true, role: 'standby' },
      { uid: NODE_A.uid, role: 'active', addresses: [{ address: '10.0.1.50', eni: 'assigned', os: 'bound' }] },
    ],
  });
  const { body } = await b.call('GET', `/node/${NODE_B.uid}`);
  expect(body).toMatchObject({
    cluster: FQDN,
    config: { network: { interfaces: [{ nic: 'eth1', clusterIP: '10.0.1.50' }] } },
    shadow: { reported: { 'cluster.master': 'false' } },
  });
  // What is addressed to the peer is answered by it.
  expect((await b.call('GET', `/node/${NODE_A.uid}`)).body).toMatchObject({
    shadow: { reported: { 'cluster.master': 'true' } },
  });
});

test('the active one is killed: the standby has the address after the timeout, and gives it back when the other returns', async () => {
  await formed();
  await a.kill();
  a.os.bound.clear(); // as the kernel does when nobody refreshes
  ec2.calls.length = 0;
  await until('B took over', () => isAt(b, '10.0.1.50') && isActive(b));
  expect(ec2.calls.find((call) => call.startsWith('assign'))).toBe('assign 10.0.1.50 to eni-2');
  await until('it is measured', () => seen(b)?.lastFailover?.phasesMs.verified !== undefined);
  expect(seen(b)?.lastFailover).toMatchObject({ cause: 'silence', from: NODE_A.uid, to: NODE_B.uid });
  expect(Object.keys(seen(b)?.lastFailover?.phasesMs ?? {}).sort()).toEqual([
    'bound',
    'claimed',
    'detected',
    'verified',
  ]);
  const metrics = await (await fetch(`${b.agent?.url ?? ''}/metrics`)).text();
  expect(metrics).toContain('tg_node_failovers_total{cause="silence"} 1');

  // Nobody was configured: B keeps it. With A configured, A gets it back gracefully.
  await a.start();
  await until(
    'A is back and stands by',
    () => seen(a)?.members[0]?.phase === 'standby' && seen(b)?.members[1]?.reachable === true,
  );
  expect(isAt(b, '10.0.1.50')).toBe(true);
  await put(b, `/cluster/${FQDN}/active/${NODE_A.uid}`, null);
  await until('A has it back', () => isAt(a, '10.0.1.50') && isActive(a));
});

test('SIGTERM of the active one: it hands over before it ends', async () => {
  await formed();
  ec2.calls.length = 0;
  await a.stop();
  expect(onNic(a)).toBe('');
  await until('B took over', () => isAt(b, '10.0.1.50') && isActive(b));
  expect(ec2.calls.filter((call) => /^(un)?assign/.test(call))).toEqual([
    'unassign 10.0.1.50',
    'assign 10.0.1.50 to eni-2',
  ]);
  expect(seen(b)?.lastFailover?.cause).toBe('handed-over');
});

test('a write at the standby reaches ENI and NIC of the holder, and its writer hears of that', async () => {
  await formed();
  expect(await b.write('10.0.1.51')).toMatchObject({ outcome: 'applied' });
  expect(isAt(a, '10.0.1.51')).toBe(true);
  expect(await b.write(null)).toMatchObject({ outcome: 'applied' });
  expect([onEni(a), onNic(a), onEni(b), onNic(b)]).toEqual(['', '', '', '']);
});

test('both down, and the value changed at one of them meanwhile: the address is where it was, with the new value', async () => {
  await formed();
  await b.kill();
  await a.stop('keep');
  await b.start();
  await until('B listens to nobody and takes it', () => isActive(b));
  expect(await b.write('10.0.1.52')).toMatchObject({ outcome: 'applied' });
  await b.stop('keep');
  await a.start();
  await b.start();
  await until('one holds the new value, nobody the old one', () => {
    const active = [a, b].find(isActive);
    return active !== undefined && isAt(active, '10.0.1.52');
  });
});

test('the timeout is changed live; both follow, and a changed heartbeat port too', async () => {
  await formed();
  await put(b, `/cluster/${FQDN}`, { timeout: 30 });
  await until('both have it', () => seen(a)?.timeout === 30 && seen(b)?.timeout === 30);
  const port = await freePort();
  await put(a, `/node/${NODE_A.uid}/config/cluster`, { enabled: true, host: '127.0.0.1', port });
  await until('A listens there', () => seen(a)?.members[0]?.endpoint?.port === port);
  await until('B knows', () => seen(b)?.members[1]?.endpoint?.port === port && seen(b)?.members[1]?.reachable === true);
  expect(isAt(a, '10.0.1.50')).toBe(true);
});

test('the active one leaves: the other has the address, and the one that left wants nothing; it may come back', async () => {
  await formed();
  await put(a, `/node/${NODE_A.uid}`, { cluster: null });
  await until('B holds alone', () => isAt(b, '10.0.1.50') && seen(b)?.members.length === 1);
  expect(seen(a)).toBeUndefined();
  expect((await a.call('GET', `/node/${NODE_A.uid}`)).body).toMatchObject({ cluster: null });
  await a.kill();
  await a.start();
  expect(seen(a)).toBeUndefined();
  expect(isAt(b, '10.0.1.50')).toBe(true);
  await put(a, `/node/${NODE_A.uid}`, { cluster: FQDN, clusterKey: KEY, peer: { host: '127.0.0.1', port: ports.b } });
  await until(
    'A stands by',
    () => seen(a)?.members.length === 2 && seen(a)?.members[0]?.phase === 'standby' && isAt(b, '10.0.1.50'),
  );
});

test('a NIC without link makes the holder give way, unless node.yaml says to ignore it', async () => {
  await formed();
  const links = a.os.links.bind(a.os);
  a.os.links = async () => (await links()).map((link) => ({ ...link, up: link.device !== 'eth1' }));
  await until('B took over', () => isAt(b, '10.0.1.50') && isActive(b));
  expect(seen(b)?.members[1]?.fitness).toMatchObject({
    healthy: false,
    problems: [expect.stringContaining('eth1 has no link')],
  });
});

test('a member that was taken out while it was away, and replaced, takes nothing when it returns', async () => {
  await formed();
  await b.kill();
  b.os.bound.clear();
  await until('A misses B', () => seen(a)?.members[1]?.reachable === false);
  await put(a, `/node/${NODE_B.uid}`, { cluster: null });
  ec2.secondary.set('eni-3', new Set());
  const c = createTestNode(
    { ...NODE_B, uid: NODE_B.uid.replace(/.$/, 'c'), fqdn: 'gw-c.example.com', eniId: 'eni-3' },
    ec2,
  );
  try {
    await c.start();
    await put(c, `/node/${NODE_B.uid.replace(/.$/, 'c')}`, {
      cluster: FQDN,
      clusterKey: KEY,
      peer: { host: '127.0.0.1', port: ports.a },
    });
    await until(
      'C is the other member',
      () => seen(a)?.members[1]?.fqdn === 'gw-c.example.com' && seen(a)?.members[1]?.reachable === true,
    );

    await b.start();
    await until('B is turned away', () => seen(b)?.problems.some(({ code }) => code === 'link-not-admitted') === true);
    await new Promise((resolve) => setTimeout(resolve, 7000)); // two timeouts, after which it would claim
    expect(isAt(a, '10.0.1.50')).toBe(true);
    expect(seen(b)?.members[0]?.fitness).toMatchObject({ enabled: false });
  } finally {
    await c.kill();
    await c.dispose();
  }
});

test('a disabled holder gives way and says so; the status endpoint follows', async () => {
  await formed();
  const statusPort = await freePort();
  const endpoint = { enabled: true, host: '127.0.0.1', port: ports.a, statusHost: '127.0.0.1', statusPort };
  await put(a, `/node/${NODE_A.uid}/config/cluster`, endpoint);
  const ask = async () => {
    const response = await fetch(`http://127.0.0.1:${statusPort}/status`, { headers: { connection: 'close' } });
    return `${response.status} ${await response.text()}`;
  };
  expect(await ask()).toBe('200 gw-a.example.com is active\n');
  await put(a, `/node/${NODE_A.uid}/config/cluster`, { ...endpoint, enabled: false });
  await until('B took over', () => isAt(b, '10.0.1.50') && isActive(b));
  await until('the endpoint says so', async () => (await ask()) === '503 gw-a.example.com is standby, not active\n');
});

test('a data_dir that came with an image to another instance is not used', async () => {
  await a.start();
  await a.stop();
  const copy = createTestNode({ ...NODE_B, uid: NODE_A.uid, fqdn: NODE_A.fqdn }, ec2);
  copy.config.data_dir = a.config.data_dir;
  await expect(copy.start()).rejects.toThrow(/belongs to the instance i-1, but this is i-2/);
  await copy.dispose();
});

test('a peer with another key is refused, and said', async () => {
  await a.start();
  await b.start();
  await joinA();
  await put(b, `/node/${NODE_B.uid}/config/cluster`, { enabled: true, host: '127.0.0.1', port: ports.b });
  await put(b, `/node/${NODE_B.uid}`, {
    cluster: FQDN,
    clusterKey: makeClusterKey(),
    peer: { host: '127.0.0.1', port: ports.a },
  });
  await until(
    'B says so',
    () => seen(b)?.problems.some(({ message }) => message.includes('has another cluster key than this node')) === true,
  );
  expect(seen(a)?.members).toHaveLength(1);
});

describe('a member whose files are lost or damaged starts with a sentence, and releases nothing', () => {
  const inData = (name: string) => join(a.config.data_dir, name);
  beforeEach(async () => {
    await a.start();
    await a.write('10.0.1.50');
    await joinA();
    await until('A holds', () => isAt(a, '10.0.1.50') && isActive(a));
    await a.stop('keep');
    ec2.calls.length = 0;
  });
  const lose = (name: string) => ['', '.last-good'].forEach((suffix) => rmSync(inData(`${name}${suffix}`)));

  test("the cluster's config is lost", async () => {
    lose('cluster.json');
    await expect(a.start()).rejects.toThrow(/cluster\.json is missing .* 10\.0\.1\.50 on eth1 .*"document":null/);
    expect(onEni(a)).toBe('10.0.1.50');
    writeFileSync(inData('cluster.json'), '{"format":1,"mark":"0","document":null}\n');
    await a.start();
    expect(seen(a)?.members).toHaveLength(1);
  });

  test('what says that it is a member is lost; told to leave, it leaves', async () => {
    lose('membership.json');
    await expect(a.start()).rejects.toThrow(/is a member of gw\.example\.com .* tg-node leave/);
    expect([onEni(a), ec2.calls]).toEqual(['10.0.1.50', []]);
    writeFileSync(inData('membership.json'), '{"format":1,"cluster":null}\n');
    await a.start();
    await until('it is given up', () => onEni(a) === '' && onNic(a) === '');
  });

  test('its record is damaged: nothing of the start goes on', async () => {
    const port = await freePort();
    await a.start();
    await put(a, `/node/${NODE_A.uid}/config/cluster`, { host: '127.0.0.1', port: ports.a, statusPort: port });
    await a.stop('keep');
    writeFileSync(inData('member.json'), '{');
    await expect(a.start()).rejects.toThrow(/member\.json is damaged/);
    await expect(fetch(`http://127.0.0.1:${port}/status`)).rejects.toThrow('fetch failed');
    expect(onEni(a)).toBe('10.0.1.50');
  });
});

test('a node that cannot store that it leaves stays a member, and works like one', async () => {
  await a.start();
  await a.write('10.0.1.50');
  await joinA();
  await until('A holds', () => isAt(a, '10.0.1.50') && isActive(a));
  const inTheWay = join(a.config.data_dir, 'cluster.json.new');
  mkdirSync(inTheWay);
  expect((await a.call('PUT', `/node/${NODE_A.uid}`, { cluster: null })).status).toBe(507);
  rmdirSync(inTheWay);
  await b.start();
  await joinB();
  await until('both members know each other', () => seen(a)?.members.length === 2 && seen(b)?.members.length === 2);
  await until('A holds still', () => isAt(a, '10.0.1.50') && isActive(a));
});

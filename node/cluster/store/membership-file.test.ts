import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeClusterKey } from '../link/cluster-key';
import { fileMemberDisk } from './member-disk';
import { MembershipError } from './membership';
import { MEMBERSHIP_FILE, openMembership, type Seed } from './membership-file';

const KEY = makeClusterKey();
const OTHER = makeClusterKey();
const SEED: Seed = {
  fqdn: 'gw.example.com',
  credentials: { key: KEY },
  listen: { host: '10.0.1.10', port: 9000 },
  peer: { host: '10.0.1.20', port: 9000 },
};
let dir: string;
let warnings: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tg-membership-'));
  warnings = [];
});
afterEach(() => rmSync(dir, { recursive: true }));
const open = (seed: Seed | null = null) =>
  openMembership({
    dataDir: dir,
    seed,
    onWarning: (message) => warnings.push(message),
    ownAddresses: () => ['127.0.0.1', '10.0.1.10'],
  });
const sentencesOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'granted',
    (error: unknown) => (error instanceof MembershipError ? error.sentences.join(' ') : String(error)),
  );

test('without node.yaml and API: no cluster, and the defaults', async () => {
  expect((await open()).current()).toEqual({
    cluster: null,
    config: { enabled: true, host: '0.0.0.0', port: 9000, statusHost: null, statusPort: null },
    state: 'ACTIVE',
  });
});

test('node.yaml is the seed; what the API wrote wins, part by part, and survives', async () => {
  const first = await open(SEED);
  expect(first.current()).toMatchObject({
    cluster: { fqdn: 'gw.example.com', credentials: { key: KEY }, peer: { host: '10.0.1.20' } },
    config: { host: '10.0.1.10' },
  });
  await first.configure({ port: 9100, enabled: false, master: true, statusHost: '', statusPort: 80 });
  await first.join({ fqdn: 'gw.example.com', peer: { host: '10.0.1.30', port: 9001 } });
  await first.setState('INACTIVE');
  const again = (await open(SEED)).current();
  expect(again).toEqual({
    cluster: { fqdn: 'gw.example.com', credentials: { key: KEY }, peer: { host: '10.0.1.30', port: 9001 } },
    config: { enabled: false, host: '10.0.1.10', port: 9100, statusHost: null, statusPort: 80 },
    state: 'INACTIVE',
  });
  expect(readFileSync(join(dir, MEMBERSHIP_FILE), 'utf8')).not.toContain('master');
  expect(warnings).toEqual([]);
});

test('a join over the API alone; its key is in a file for the owner only', async () => {
  const membership = await open();
  const heard: unknown[] = [];
  membership.onChange((state) => heard.push(state));
  await membership.join({ fqdn: 'gw.example.com', clusterKey: KEY, peer: { host: '10.0.1.20', port: 9000 } });
  expect(heard).toEqual([membership.current()]);
  expect(statSync(join(dir, MEMBERSHIP_FILE)).mode & 0o777).toBe(0o600);
  await membership.join({ fqdn: 'gw.example.com', clusterKey: OTHER });
  expect((await open()).current().cluster).toEqual({
    fqdn: 'gw.example.com',
    credentials: { key: OTHER },
    peer: { host: '10.0.1.20', port: 9000 },
  });
});

test('left is left, also after a restart with a node.yaml that names the cluster, which is said', async () => {
  const membership = await open(SEED);
  await membership.configure({ host: '10.0.1.10', port: 9100 });
  await membership.leave();
  const again = await open(SEED);
  expect(again.current()).toMatchObject({ cluster: null, config: { port: 9000 } });
  expect(warnings.join()).toMatch(
    /node\.yaml puts this node into gw\.example\.com, but .*in no cluster.* tg-node join --cluster/,
  );
  await again.join({ fqdn: 'gw.example.com' });
  expect(again.current().cluster).toMatchObject({ credentials: { key: KEY }, peer: { host: '10.0.1.20' } });
});

test.each([
  [{ fqdn: 'gw.example.com' }, /clusterKey is missing: this node has no key of gw\.example\.com/],
  [{ fqdn: 'gw.example.com', clusterKey: 'short' }, /clusterKey: the cluster key does not begin with tgk1_/],
  [{ fqdn: 'gw.example.com', clusterKey: `${KEY.slice(0, -1)}!` }, /clusterKey: the cluster key has 53 characters/],
  [
    { fqdn: 'gw.example.com', clusterKey: KEY, peer: { host: '10.0.1.10', port: 9000 } },
    /peer is 10\.0\.1\.10:9000, which is this node itself/,
  ],
  [
    { fqdn: 'gw.example.com', clusterKey: KEY, peer: { host: '0.0.0.0', port: 9000 } },
    /peer\.host .*no address of one node/,
  ],
  [
    { fqdn: 'gw.example.com', clusterKey: KEY, peer: { host: '10.0.1.20', port: 0 } },
    /peer\.port is 0; it must be at least 1/,
  ],
])('a join with %j is refused, and nothing stored', async (request, sentence) => {
  const membership = await open();
  const said = await sentencesOf(membership.join(request));
  expect(said).toMatch(sentence);
  expect(said).not.toContain(KEY.slice(5, 20));
  expect((await open()).current().cluster).toBeNull();
});

test('another port at an own address is not the node itself', async () => {
  const membership = await open();
  await membership.join({ fqdn: 'gw.example.com', clusterKey: KEY, peer: { host: '127.0.0.1', port: 9001 } });
  expect(await sentencesOf(membership.configure({ port: 9001 }))).toMatch(/host and port would be 0\.0\.0\.0:9001/);
  expect(membership.current().config.port).toBe(9000);
});

test('a member joins no second cluster', async () => {
  const membership = await open(SEED);
  expect(await sentencesOf(membership.join({ fqdn: 'other.example.com', clusterKey: KEY }))).toMatch(
    /is in the cluster gw\.example\.com; take it out first/,
  );
});

test.each([
  [{ host: 'a b' }, /host "a b" must be an address/],
  [{ statusHost: '10.0.1.10', statusPort: 9000 }, /statusPort is 9000, which the heartbeats use/],
])('config %j is refused', async (config, sentence) => {
  const membership = await open(SEED);
  expect(await sentencesOf(membership.configure(config))).toMatch(sentence);
});

test('a damaged file is not an empty one', async () => {
  await (await open()).join({ fqdn: 'gw.example.com', clusterKey: KEY });
  writeFileSync(join(dir, MEMBERSHIP_FILE), '{');
  await expect(open()).rejects.toThrow(/membership\.json is damaged.*last good copy/);
});

describe('the record of a member', () => {
  const record = { term: { number: 3, uid: 'a' }, released: false, reserved: 7, honoured: '["a",2]' };
  const disk = (cluster: string) => fileMemberDisk(dir, cluster, (message) => warnings.push(message));

  test('is what was saved; in another cluster only the numbers used up count', async () => {
    expect(await disk('gw.example.com').load()).toBeNull();
    await disk('gw.example.com').save(record);
    expect(await disk('gw.example.com').load()).toEqual(record);
    expect(await disk('other.example.com').load()).toEqual({
      term: null,
      released: false,
      reserved: 7,
      honoured: null,
    });
  });
});

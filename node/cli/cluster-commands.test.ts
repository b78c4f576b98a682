import { appendFileSync, chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { ClusterStatus, MemberStatus } from '@tg/api';
import { makeClusterKey } from '../cluster/link/cluster-key';
import { claimDataDir } from '../store/data-dir';
import { loadConfig } from './load-config';
import { seedOf, storedMembership } from './cluster-file';
import { clusterStatus as cluster, memberStatus as member, nodeStatus } from '../cluster-status.fixture';
import { createTestCommand, type TestCommand } from './command.fixture';
import { render } from './status';

const KEY = makeClusterKey();
let command: TestCommand;
let daemon: Server | null = null;
beforeEach(() => (command = createTestCommand()));
afterEach(async () => {
  await new Promise((resolve) => (daemon === null ? resolve(null) : daemon.close(resolve)));
  daemon?.closeAllConnections();
  daemon = null;
  command.dispose();
});
const containing = (text: string) => expect.stringContaining(text) as string;
const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;
const section = async () => (await loadConfig(command.file)).cluster;

describe('init --cluster and join, with the daemons stopped', () => {
  test('the printed command makes the other node a member that has the same key', async () => {
    const { tg, dir, file } = command;
    const begun = await tg(
      'init',
      '--dir',
      dir,
      '--fqdn',
      'gw-a.example.com',
      '--cluster',
      'gw',
      '--heartbeat-host',
      '10.0.1.10',
    );
    expect(begun.code).toBe(0);
    const printed = /^ {2}tg-node (join .*)$/m.exec(begun.stdout)?.[1]?.split(' ') ?? [];
    expect(printed.slice(0, 5)).toEqual(['join', '--cluster', 'gw.example.com', '--peer', '10.0.1.10:9000']);
    const key = printed.at(-1) ?? '';
    expect(key).toMatch(/^tgk1_/);
    expect(statSync(join(dir, 'cluster.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(key);
    expect(await seedOf(await loadConfig(file))).toMatchObject({
      fqdn: 'gw.example.com',
      credentials: { key },
      listen: { host: '10.0.1.10', port: 9000 },
    });

    const other = createTestCommand();
    await other.tg('init', '--dir', other.dir, '--fqdn', 'gw-b.example.com');
    appendFileSync(other.file, '# a comment of mine\n');
    expect(await other.at(...printed)).toMatchObject({
      code: 0,
      stdout: matching(/wrote .*cluster\.key\nwrote .*node\.yaml\ngw-b\.example\.com joins gw\.example\.com when/),
    });
    expect((await storedMembership(await loadConfig(other.file))).state.cluster).toEqual({
      fqdn: 'gw.example.com',
      credentials: { key },
      peer: { host: '10.0.1.10', port: 9000 },
    });
    expect(readFileSync(other.file, 'utf8')).toContain('# a comment of mine');
    expect(statSync(other.file).mode & 0o777).toBe(0o600);
    expect(statSync(join(other.dir, 'cluster.key')).mode & 0o777).toBe(0o600);

    expect(await other.at('leave')).toMatchObject({ code: 0, stdout: containing('is in no cluster') });
    expect((await storedMembership(await loadConfig(other.file))).state.cluster).toBeNull();
    other.dispose();
  });

  test('a node that there is already becomes the first member, once', async () => {
    const { tg, at, dir } = command;
    await command.init();
    const begin = () => tg('init', '--dir', dir, '--cluster', 'gw.other.org', '--heartbeat-port', '9100');
    expect(await begin()).toMatchObject({
      code: 0,
      stdout: matching(/join --cluster gw\.other\.org --peer \S+:9100 --key/),
    });
    expect(await section()).toMatchObject({ fqdn: 'gw.other.org', listen: { host: '0.0.0.0', port: 9100 } });
    expect(await begin()).toMatchObject({
      code: 1,
      stderr: matching(/is in the cluster gw\.other\.org already; tg-node leave/),
    });
    expect(await at('join', '--cluster', 'b.example.com', '--key', KEY)).toMatchObject({
      code: 1,
      stderr: containing('take it out first: tg-node leave'),
    });
  });

  test('what the API said before is outdated by a join', async () => {
    await command.init();
    const config = await loadConfig(command.file);
    mkdirSync(config.data_dir);
    await (await storedMembership(config)).store.join({ fqdn: 'gw.example.com', clusterKey: makeClusterKey() });
    expect(await command.at('join', '--cluster', 'gw', '--key', KEY, '--peer', '10.0.9.9')).toMatchObject({ code: 0 });
    const { state } = await storedMembership(await loadConfig(command.file));
    expect(state.cluster).toEqual({
      fqdn: 'gw.example.com',
      credentials: { key: KEY },
      peer: { host: '10.0.9.9', port: 9000 },
    });
  });

  test('the key may come from a file', async () => {
    await command.init();
    const keyFile = join(command.dir, 'given');
    writeFileSync(keyFile, `${KEY}\n`);
    expect((await command.at('join', '--cluster', 'gw', '--key-file', keyFile)).code).toBe(0);
    expect((await storedMembership(await loadConfig(command.file))).state.cluster?.credentials).toEqual({ key: KEY });
  });

  test.each([
    [['--key', KEY], 2, /which cluster\? Say --cluster FQDN/],
    [['--cluster', 'gw'], 2, /--key is missing/],
    [['--cluster', 'gw', '--key', 'short'], 2, /--key: the cluster key does not begin with tgk1_/],
    [['--cluster', 'gw', '--key', KEY, '--key-file', 'x'], 2, /--key or --key-file, not both/],
    [['--cluster', 'gw-a.example.com', '--key', KEY], 2, /is the name of this node/],
    [['--cluster', 'a b', '--key', KEY], 2, /--cluster a b must be a name/],
    [['--cluster', 'gw', '--key', KEY, '--peer', '127.0.0.1'], 2, /--peer 127\.0\.0\.1:9000 is this node itself/],
    [
      ['--cluster', 'gw', '--key', KEY, '--peer', '10.0.1.20:99999'],
      2,
      /--peer 10\.0\.1\.20:99999 must be HOST or HOST:PORT/,
    ],
    [['--cluster', 'gw', '--key', KEY, '--peer', '0.0.0.0'], 2, /no address of one node/],
  ])('join %j is refused, and nothing written', async (args, code, sentence) => {
    await command.init();
    expect(await command.at('join', ...args)).toMatchObject({ code, stderr: matching(sentence) });
    expect(await section()).toBeUndefined();
  });

  test.each([
    ['key_file: k\n  tls: { cert_file: a, key_file: b, ca_file: c }', /cluster\.tls excludes key_file/],
    ['listen: { port: 9000 }', /cluster\.key_file is missing: name the file/],
    [
      'key_file: k\n  listen: { host: 10.0.1.10 }\n  peer: { host: 10.0.1.10 }',
      /cluster\.peer is 10\.0\.1\.10:9000, which is this node itself/,
    ],
    ['key_file: k\n  peer: { host: 0.0.0.0 }', /cluster\.peer\.host .*no address of one node/],
    ['key_file: k\n  timeout: 3', /cluster\.timeout is not a field/],
  ])('a node.yaml whose cluster has %j is refused with the field', async (text, sentence) => {
    await command.init();
    appendFileSync(command.file, `cluster:\n  fqdn: gw.example.com\n  ${text}\n`);
    expect(await command.at('status')).toMatchObject({ code: 1, stderr: matching(sentence) });
  });

  test('a key file that is missing, too short, or open to others', async () => {
    await command.init();
    appendFileSync(command.file, 'cluster: { fqdn: gw.example.com, key_file: k }\n');
    expect(await command.at('join', '--peer', '10.0.9.9')).toMatchObject({
      code: 1,
      stderr: containing('cannot read cluster.key_file'),
    });
    expect((await command.at('join', '--peer', '10.0.9.9', '--key', KEY)).code).toBe(0); // which mends it
    const keyFile = join(command.dir, 'cluster.key');
    writeFileSync(keyFile, 'short\n');
    await expect(seedOf(await loadConfig(command.file))).rejects.toThrow(
      /cluster\.key_file .*cluster\.key: the cluster key does not begin with/,
    );
    writeFileSync(keyFile, `${KEY}\n`);
    chmodSync(keyFile, 0o644);
    await expect(seedOf(await loadConfig(command.file))).rejects.toThrow(/is open to others .*chmod 600/);
  });
});

/** A daemon that answers each status request with the next of `scenes`, the last one for ever; and keeps what it is told. */
async function answering(...scenes: (ClusterStatus | undefined)[]): Promise<{ asked: string[] }> {
  const { data_dir } = await loadConfig(command.file);
  daemon = await claimDataDir(data_dir);
  const asked: string[] = [];
  const left = [...scenes];
  daemon.on('request', (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const isStatus = request.method === 'GET';
      if (!isStatus) asked.push(`${request.method ?? ''} ${request.url ?? ''} ${body}`.trim());
      response.setHeader('connection', 'close');
      response.end(JSON.stringify(isStatus ? nodeStatus(left.length > 1 ? left.shift() : left[0]) : {}));
    });
  });
  return { asked };
}

describe('failover', () => {
  const moved = cluster({
    actualActive: 'uid-b',
    configuredActive: 'uid-b',
    members: [
      member('a', { role: 'standby', phase: 'standby' }),
      member('b', {
        role: 'active',
        phase: 'active',
        addresses: [{ nic: 'eth1', address: '10.0.1.50', eni: 'assigned', os: 'bound' }],
      }),
    ],
  });
  const halfway = cluster({
    configuredActive: 'uid-b',
    actualActive: null,
    members: [member('a', { phase: 'releasing' }), member('b', { phase: 'claiming' })],
  });

  test('changes the configured active to the other member, and says what happens until that one holds', async () => {
    await command.init();
    const { asked } = await answering(cluster(), cluster(), halfway, moved);
    const { code, stdout } = await command.at('failover');
    expect(asked).toEqual(['PUT /cluster/gw.example.com/active/uid-b null']);
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.replace(/^\S+ s {2}/, ''))).toEqual([
      'gw-b.example.com is the configured active member',
      'gw-a.example.com: active, gw-b.example.com: standby',
      'gw-a.example.com: releasing, gw-b.example.com: claiming',
      'gw-a.example.com: standby, gw-b.example.com: active',
      'gw-b.example.com holds the addresses',
      '',
    ]);
  });

  test.each([
    [
      'silent',
      { reachable: false, role: 'unknown', heartbeatAgeMs: 12_300 },
      /cannot be reached \(last heard 12\.3 s ago\)/,
    ],
    ['never heard', { reachable: false, heartbeatAgeMs: null, fitness: null }, /it was never heard/],
    ['disabled', { fitness: { enabled: false, healthy: true, ec2: true, problems: [] } }, /is disabled/],
    [
      'without a link',
      { fitness: { enabled: true, healthy: false, ec2: true, problems: ['eth1 has no link.'] } },
      /is not healthy\. eth1 has no link\./,
    ],
    [
      'without EC2',
      { fitness: { enabled: true, healthy: true, ec2: false, problems: [] } },
      /EC2 does not answer gw-b/,
    ],
  ] as [string, Partial<MemberStatus>, RegExp][])(
    'to a member that is %s changes nothing, and says why',
    async (_, given, why) => {
      await command.init();
      const { asked } = await answering(cluster({ members: [member('a'), member('b', given)] }));
      const { code, stderr } = await command.at('failover');
      expect([code, stderr]).toEqual([1, matching(why)]);
      expect(stderr).toContain('Nothing was changed.');
      expect(asked).toEqual([]);
    },
  );

  test('that does not come about ends with the reason and the way back', async () => {
    await command.init();
    await answering(cluster(), { ...cluster(), configuredActive: 'uid-b' });
    const { code, stderr } = await command.at('failover', '--wait', '0.15');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /gw-b\.example\.com does not hold .*10\.0\.1\.50: ENI absent, NIC absent.* tg-node failover --to gw-a/,
    );
  });

  test('to the one that holds already; to nobody known; in no cluster; without a daemon', async () => {
    await command.init();
    expect(await command.at('failover')).toMatchObject({ code: 3, stderr: containing('the daemon does not run here') });
    await answering(cluster(), cluster(), undefined);
    expect(await command.at('failover', '--to', 'GW-A.example.com')).toMatchObject({
      code: 0,
      stdout: containing('already'),
    });
    expect(await command.at('failover', '--to', 'gw-c')).toMatchObject({
      code: 2,
      stderr: containing('it has gw-a.example.com (uid-a) and gw-b.example.com (uid-b)'),
    });
    expect(await command.at('failover')).toMatchObject({
      code: 1,
      stderr: containing('in no cluster: tg-node init --cluster'),
    });
  });

  test('without a second member there is nobody to fail over to', async () => {
    await command.init();
    await answering(cluster({ members: [member('a')] }));
    expect(await command.at('failover')).toMatchObject({ code: 1, stderr: containing('nobody to fail over to') });
  });
});

test('conflicts are listed, and cleared by their id', async () => {
  await command.init();
  const conflict = {
    id: 'c1',
    field: 'interfaces.eth1.clusterIP',
    kept: '10.0.1.50',
    keptBy: 'uid-b',
    lost: null,
    lostBy: 'uid-a',
  };
  const { asked } = await answering(cluster({ conflicts: [conflict] }));
  expect((await command.at('conflicts')).stdout).toBe(
    'c1  interfaces.eth1.clusterIP: "10.0.1.50" of uid-b is in force; (removed) of uid-a gave way\n',
  );
  expect(await command.at('conflicts', 'clear', 'c1')).toMatchObject({ code: 0, stdout: 'cleared c1\n' });
  expect(asked).toEqual(['DELETE /cluster/gw.example.com/conflicts/c1']);
  expect((await command.at('conflicts', 'clear')).code).toBe(2);
});

test('join and leave go through a daemon that runs', async () => {
  await command.init();
  const { uid } = await loadConfig(command.file);
  const { asked } = await answering(cluster());
  await command.at('join', '--cluster', 'gw', '--peer', '10.0.1.20:9100', '--key', KEY);
  await command.at('leave');
  expect(asked).toEqual([
    `PUT /node/${uid} {"cluster":"gw.example.com","clusterKey":"${KEY}","peer":{"host":"10.0.1.20","port":9100}}`,
    `PUT /node/${uid} {"cluster":null}`,
  ]);
  expect(await section()).toBeUndefined();
});

test('the status shows members, holder, last failover, conflicts and what is wrong', () => {
  const shown = render(
    nodeStatus(
      cluster({
        members: [
          member('a'),
          member('b', {
            reachable: false,
            role: 'unknown',
            fitness: { enabled: true, healthy: false, ec2: true, problems: ['eth1 has no link.'] },
          }),
        ],
        lastFailover: {
          cause: 'silence',
          at: '2026-01-01T00:00:00.000Z',
          from: 'uid-b',
          to: 'uid-a',
          term: { number: 3, uid: 'uid-a' },
          phasesMs: { detected: 3004.25, claimed: 301, bound: 12.34 },
        },
        conflicts: [{ id: 'c1', field: 'timeout', kept: 10, keptBy: 'uid-a', lost: 20, lostBy: 'uid-b' }],
        problems: [{ code: 'x', kind: 'ask-a-person', since: 'now', message: 'The peer is silent.' }],
      }),
    ),
    false,
  );
  expect(shown).toContain('gw.example.com: active gw-a.example.com, configured active gw-a.example.com');
  expect(shown).toMatch(/gw-a\.example\.com \(here\).*active.*active.*10\.0\.1\.50.*eni-0a.*assigned.*bound/);
  expect(shown).toMatch(/gw-b\.example\.com .*unknown.*0\.1 s ago \(lost\).*unhealthy.*eni-0b.*absent/);
  expect(shown).toContain(
    'last failover 2026-01-01T00:00:00.000Z (silence): gw-b.example.com -> gw-a.example.com; detected 3004.3 ms, claimed 301 ms, bound 12.3 ms',
  );
  expect(shown).toContain('! The peer is silent. (since now)');
  expect(shown).toContain('! gw-b.example.com: eth1 has no link.');
  expect(shown).toMatch(
    /conflict c1: timeout is 10 of gw-a\.example\.com; 20 of gw-b\.example\.com gave way \(tg-node conflicts clear c1\)/,
  );
});

describe('doctor', () => {
  test('says what is wrong and what to do, and fails by it', async () => {
    await command.init();
    const { code, stdout } = await command.at('doctor');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED {2}The daemon does not run: tg-node run/m);
    expect(stdout).toMatch(/^ok {6}eth1 is eni-0a in subnet-0a \(10\.0\.1\.0\/24\)\.$/m);
    expect(stdout).toMatch(/^FAILED {2}EC2 cannot be asked about eni-0a \(eth1\)/m);
  });

  test('tries the heartbeat port of the other member', async () => {
    await command.init();
    const listener = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    await answering(cluster({ members: [member('a'), member('b', { endpoint: { host: '127.0.0.1', port } })] }));
    expect((await command.at('doctor')).stdout).toContain(`gw-b.example.com takes connections at 127.0.0.1:${port}`);
    await new Promise((resolve) => listener.close(resolve));
    expect((await command.at('doctor')).stdout).toContain(
      `FAILED  gw-b.example.com refuses connections at 127.0.0.1:${port}`,
    );
  });
});

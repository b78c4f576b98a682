import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { socketPath } from '../store/data-dir';
import { createTestCommand, type TestCommand } from './command.fixture';
import { connectLocally } from './local-client';

let command: TestCommand;
beforeEach(() => (command = createTestCommand()));
afterEach(() => command.dispose());
const containing = (text: string) => expect.stringContaining(text) as string;
const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;

test('help and usage', async () => {
  const { tg } = command;
  expect(await tg()).toMatchObject({ code: 2, stderr: containing('Usage: tg-node COMMAND') });
  expect(await tg('--help')).toMatchObject({ code: 0, stdout: containing('status') });
  expect((await tg('run', '--help')).stdout).toContain('--ignore-second-actor');
  expect(await tg('fly')).toMatchObject({ code: 2, stderr: containing('there is no command fly') });
  expect(await tg('run', '--fast')).toMatchObject({ code: 2, stderr: containing('--fast') });
  expect((await tg('config', 'set', 'eth1')).code).toBe(2);
  expect((await tg('--version')).stdout).toMatch(/^tg-node \d+\.\d+\.\d+\n$/);
});

test('init makes a node of its own, once, and keeps secrets to itself', async () => {
  const { tg, dir, file } = command;
  const { code, stdout } = await tg('init', '--dir', dir, '--fqdn', 'GW-A.example.com');
  expect(code).toBe(0);
  const secret = /api_key_secret\s+(\S+)/.exec(stdout)?.[1] ?? '';
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  const yaml = readFileSync(file, 'utf8');
  expect(yaml).not.toContain(secret);
  expect(yaml).toContain('fqdn: gw-a.example.com');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(dir, 'tls.key')).mode & 0o777).toBe(0o600);
  const dropIn = join(dir, 'drop-ins/etc/systemd/networkd.conf.d/50-cluster-ip.conf');
  expect(readFileSync(dropIn, 'utf8')).toContain('ManageForeignRoutingPolicyRules=no');

  expect(await tg('init', '--dir', dir)).toMatchObject({ code: 1, stderr: containing('node.yaml exists') });
  expect(readFileSync(file, 'utf8')).toBe(yaml);
  expect(await tg('init', '--dir', join(dir, 'b'), '--fqdn', 'a b')).toMatchObject({
    code: 2,
    stderr: matching(/fqdn "a b" must be a host name/),
  });
});

test.each([
  ['missing', null, /there is no such file; make one with tg-node init/],
  ['not YAML', 'a: [', /is not YAML/],
  ['empty', '', /uid is missing/],
  ['with an unknown key', 'uid: a\nlisten: { hosts: x }', /listen\.hosts is not a field/],
  ['plain on all addresses', 'listen: { host: 0.0.0.0, plain: true }', /plain .*loopback hosts only.*0\.0\.0\.0/],
  ['without TLS', 'listen: { port: 1 }', /listen\.tls is missing/],
  [
    'with a wrong hash',
    'tokens: [{ id: a, secret_sha256: x }]',
    /tokens\[0\]\.secret_sha256 \(not shown\) must be the SHA-256/,
  ],
  ['without tokens', 'tokens: []', /tokens .*at least/],
])('a node.yaml that is %s is refused with the field', async (_, text, sentence) => {
  mkdirSync(command.dir);
  if (text !== null) writeFileSync(command.file, text);
  expect(await command.at('run')).toMatchObject({ code: 1, stderr: matching(sentence) });
});

test('config get and set without a daemon; an empty value removes the field', async () => {
  const { at } = command;
  await command.init();
  expect(await at('status')).toMatchObject({ code: 3, stdout: containing('The daemon does not run') });
  expect(await at('config', 'set', 'eth1', 'clusterIP=10.0.1.50', 'description=a=b')).toMatchObject({
    code: 0,
    stdout: matching(/^stored as config version 1\. The daemon does not run/),
  });
  expect(JSON.parse((await at('config', 'get')).stdout)).toEqual({
    interfaces: [{ nic: 'eth1', clusterIP: '10.0.1.50', description: 'a=b' }],
  });
  expect(JSON.parse((await at('status', '--json')).stdout)).toEqual({
    running: false,
    configVersion: 1,
    wanted: [{ nic: 'eth1', address: '10.0.1.50' }],
  });
  await at('config', 'set', 'eth1', 'clusterIP=', 'description=', 'dns=10.0.0.2, 10.0.0.3', 'dhcp=true');
  expect(JSON.parse((await at('config', 'get', 'eth1')).stdout)).toEqual({
    nic: 'eth1',
    dns: ['10.0.0.2', '10.0.0.3'],
    dhcp: true,
  });
  expect(await at('config', 'get', 'eth7')).toMatchObject({
    code: 1,
    stderr: containing('no entry for eth7; it has eth1'),
  });
});

test.each([
  ['clusterIP=10.0.1.300', 1, /clusterIP \(eth1\) "10\.0\.1\.300" must be an IPv4 address/],
  ['mtu=12', 1, /mtu \(eth1\) is 12/],
  ['mtu=x', 2, /mtu must be a whole number/],
  ['dhcp=maybe', 2, /dhcp must be true or false/],
  ['cluster_ip=10.0.1.50', 2, /cluster_ip is not a field of an interface; there are clusterIP/],
  ['clusterIP', 2, /clusterIP is not FIELD=VALUE/],
])('config set eth1 %s is refused, and nothing stored', async (assignment, code, sentence) => {
  await command.init();
  expect(await command.at('config', 'set', 'eth1', assignment)).toMatchObject({ code, stderr: matching(sentence) });
  expect((await command.at('status', '--json')).stdout).toContain('"configVersion": 0');
});

test('a damaged config file is named by every command that reads it', async () => {
  await command.init();
  await command.at('config', 'set', 'eth1', 'mtu=1500');
  writeFileSync(join(command.dir, 'data', 'config.json'), '{');
  for (const args of [['status'], ['config', 'get'], ['config', 'set', 'eth1', 'mtu=1400'], ['run']]) {
    expect(await command.at(...args)).toMatchObject({
      code: 1,
      stderr: matching(/config\.json is damaged.*last good copy/),
    });
  }
});

test('a daemon that runs but does not answer is told from a stopped one', async () => {
  await command.init();
  const data = join(command.dir, 'data');
  mkdirSync(data);
  const mute = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => mute.listen(socketPath(data), resolve));
  const client = await connectLocally(data, 50);
  await expect(client?.call('GET', '/node')).rejects.toThrow(/it runs, but gave no answer for 0\.05 s/);
  await new Promise((resolve) => mute.close(resolve));
});

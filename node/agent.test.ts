import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeStatus } from '@tg/api';
import { bareHost, createTestNode, type TestNode, UID } from './agent.fixture';
import { Ec2Error } from './reconciler/ports';
import { openFileConfigStore } from './store/file-config-store';

let node: TestNode;
beforeEach(() => (node = createTestNode()));
afterEach(() => node.dispose());

const onEni = () => [...(node.ec2.secondary.get('eni-1') ?? [])].sort();
const onNic = () => [...node.os.bound.keys()].sort();
const status = async () => (await node.call('GET', `/node/${UID}/status`)).body as NodeStatus;
const config = async () => (await node.call('GET', `/node/${UID}`)).body as { config: { network: unknown } };
const until = async (what: string, holds: () => boolean | Promise<boolean>) => {
  const end = Date.now() + 4000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

test('a write is applied on ENI and NIC, changed in place, and released', async () => {
  await node.start();
  expect(await node.write('10.0.1.50')).toMatchObject({ outcome: 'applied', configVersion: 1 });
  expect([onEni(), onNic()]).toEqual([['10.0.1.50'], ['10.0.1.50']]);
  expect((await status()).interfaces).toEqual([
    expect.objectContaining({
      nic: 'eth1',
      mac: '02:00:00:00:01:10',
      eniId: 'eni-1',
      eni: 'assigned',
      os: 'bound',
      state: 'applied',
    }),
  ]);

  expect(await node.write('10.0.1.51')).toMatchObject({ outcome: 'applied' });
  expect([onEni(), onNic()]).toEqual([['10.0.1.51'], ['10.0.1.51']]);

  expect(await node.write(null)).toMatchObject({ outcome: 'applied' });
  expect([onEni(), onNic()]).toEqual([[], []]);
});

test('a lost config is not an empty one: what the ledger holds is not released, and the sentence says how to go on', async () => {
  await node.start();
  await node.write('10.0.1.50');
  await node.stop('keep');
  for (const name of ['config.json', 'config.json.last-good']) rmSync(join(node.config.data_dir, name));
  await expect(node.start()).rejects.toThrow(
    /holds 10\.0\.1\.50 on eth1; .* tg-node config set eth1 clusterIP=10\.0\.1\.50/,
  );
  expect(onEni()).toEqual(['10.0.1.50']);
  const store = await openFileConfigStore(node.config.data_dir, { onWarning: () => undefined });
  await store.put({ interfaces: [{ nic: 'eth1', clusterIP: '10.0.1.50' }] });
  await node.start();
  await until('bound again', () => onNic().join() === '10.0.1.50');
});

test('fields we do not act on are confirmed too, also on a NIC that is not ours to know', async () => {
  await node.start();
  const put = await node.call('PUT', `/node/${UID}/config/network`, { interfaces: [{ nic: 'eth0', mtu: 1500 }] });
  expect(put.status).toBe(200);
  const { body } = await node.call('GET', `/node/${UID}/status?version=1&nic=eth0&wait=10`);
  expect(body).toMatchObject({ outcome: 'applied' });
});

test('a permanent refusal puts the entry back, and says so to the writer and in the status', async () => {
  await node.start();
  await node.write('10.0.1.50');
  node.ec2.taken.add('10.0.1.60');
  const refused = await node.write('10.0.1.60');
  expect(refused.outcome).toBe('refused');
  expect(refused.messages?.join()).toMatch(/10\.0\.1\.60 is held by eni-stranger/);
  expect(refused.refusals).toEqual([expect.objectContaining({ nic: 'eth1', version: 2, code: 'held-by-other' })]);
  expect(await config()).toMatchObject({
    config: { network: { interfaces: [{ nic: 'eth1', clusterIP: '10.0.1.50' }] } },
  });
  await until('the old address is back', () => onEni().join() === '10.0.1.50' && onNic().join() === '10.0.1.50');
});

test('transient trouble stays pending with what the node waits for, and is applied when it passes', async () => {
  await node.start();
  node.ec2.down = true;
  await node.call('PUT', `/node/${UID}/config/network`, { interfaces: [{ nic: 'eth1', clusterIP: '10.0.1.50' }] });
  const ask = async (wait: number) =>
    (await node.call('GET', `/node/${UID}/status?version=1&nic=eth1&wait=${wait}`)).body as NodeStatus;
  await until('it says why', async () => (await ask(0)).messages?.join().includes('EC2 is down') === true);
  expect(await config()).toMatchObject({ config: { network: { interfaces: [{ clusterIP: '10.0.1.50' }] } } });
  node.ec2.down = false;
  expect((await ask(10)).outcome).toBe('applied');
});

test.each([
  ['10.0.1.10', /primary address/],
  ['10.0.1.1', /reserved by AWS/],
  ['10.0.2.50', /outside 10\.0\.1\.0\/24/],
])('%s is refused before anything is stored, by PUT and by the check', async (address, sentence) => {
  await node.start();
  const network = { interfaces: [{ nic: 'eth1', clusterIP: address }] };
  const put = await node.call('PUT', `/node/${UID}/config/network`, network);
  expect(put.status).toBe(422);
  expect((put.body as string[]).join()).toMatch(sentence);
  const check = await node.call('POST', `/node/${UID}/config/network/check`, network);
  expect(check.body).toMatchObject({
    findings: [{ severity: 'error', message: expect.stringMatching(sentence) as string }],
  });
  expect((await status()).configVersion).toBe(0);
  expect(node.ec2.calls.filter((call) => call.startsWith('assign'))).toEqual([]);
});

test('an unknown NIC is refused with those there are; one without ENI with the ENIs there are', async () => {
  await node.start();
  const put = (nic: string) =>
    node.call('PUT', `/node/${UID}/config/network`, { interfaces: [{ nic, clusterIP: '10.0.1.50' }] });
  expect((await put('eth9')).body).toEqual(['nic eth9 does not exist on this node; it has eth0, eth1.']);
  const answer = await put('eth0');
  expect(answer.status).toBe(422);
  expect((answer.body as string[])[0]).toMatch(/No ENI of this instance belongs to eth0 .*eni-1/);
  expect((await status()).problems).toEqual([]);
});

test('a stop releases the address, or keeps it on the ENI; the next start has it again', async () => {
  await node.start();
  await node.write('10.0.1.50');
  await node.stop('keep');
  expect(onEni()).toEqual(['10.0.1.50']);
  node.os.bound.clear(); // as the kernel does when nobody refreshes
  await node.start();
  await until('bound again', () => onNic().length === 1);
  await node.stop('release');
  expect([onEni(), onNic()]).toEqual([[], []]);
  await node.start();
  await until('taken again', () => onEni().length === 1 && onNic().length === 1);
});

test('a value changed while the daemon was down: the old address goes, the new one comes', async () => {
  await node.start();
  await node.write('10.0.1.50');
  await node.stop('keep');
  const store = await openFileConfigStore(node.config.data_dir, { onWarning: () => undefined });
  await store.put({ interfaces: [{ nic: 'eth1', clusterIP: '10.0.1.51' }] });
  await node.start();
  await until('converged', () => onEni().join() === '10.0.1.51' && onNic().join() === '10.0.1.51');
});

describe('without the world', () => {
  test('no EC2 and no IMDS at the first start: the API serves, says so, takes writes, and applies them later', async () => {
    node.imds.down = true;
    node.ec2.down = true;
    await node.start();
    const network = { interfaces: [{ nic: 'eth1', clusterIP: '10.0.1.50' }] };
    const check = await node.call('POST', `/node/${UID}/config/network/check`, network);
    expect(check.body).toMatchObject({ findings: [{ severity: 'warning', code: 'not-checked' }] });
    expect((await node.call('PUT', `/node/${UID}/config/network`, network)).status).toBe(200);
    await until('the status says why', async () =>
      JSON.stringify(await status()).includes('The instance metadata service does not answer'),
    );
    node.imds.down = false;
    node.ec2.down = false;
    const { body } = await node.call('GET', `/node/${UID}/status?version=1&nic=eth1&wait=10`);
    expect(body).toMatchObject({ outcome: 'applied' });
  });

  test('no EC2 and no IMDS at a later start: a held address is bound and kept all the same', async () => {
    await node.start();
    await node.write('10.0.1.50');
    await node.stop('keep');
    node.os.bound.clear();
    node.imds.down = true;
    node.ec2.down = true;
    node.ec2.calls.length = 0;
    await node.start();
    await until('bound', () => onNic().length === 1);
    expect(node.ec2.calls.filter((call) => call.startsWith('unassign'))).toEqual([]);
    expect(onEni()).toEqual(['10.0.1.50']);
  });

  test('what was discovered on another machine is not believed', async () => {
    await node.start();
    await node.write('10.0.1.50');
    await node.stop('keep');
    node.os.links = () => Promise.resolve([{ index: 3, device: 'eth1', mac: '02:00:00:00:99:99', up: true }]);
    node.imds.down = true;
    await node.start();
    const [eth1] = (await status()).interfaces;
    expect(eth1).not.toHaveProperty('primaryAddress');
  });
});

describe('does not start', () => {
  test('beside another daemon', async () => {
    await node.start();
    const other = createTestNode();
    other.config.data_dir = node.config.data_dir;
    await expect(other.start()).rejects.toThrow(/another tg-node already runs/);
    await other.dispose();
  });

  test('on a port in use: nothing was touched, and the folder is free again', async () => {
    const first = createTestNode();
    const { url } = await first.start();
    await node.start();
    await node.write('10.0.1.50');
    await node.stop('keep');
    node.os.bound.clear();
    const free = node.config.listen.port;
    node.config.listen.port = Number(new URL(url).port);
    await expect(node.start()).rejects.toThrow(/something else listens there/);
    expect(onNic()).toEqual([]);
    node.config.listen.port = free;
    await node.start();
    await first.dispose();
  });

  test('with a damaged ledger', async () => {
    await node.start();
    await node.write('10.0.1.50');
    await node.stop();
    writeFileSync(join(node.config.data_dir, 'ledger.json'), '{');
    await expect(node.start()).rejects.toThrow(/ledger\.json is damaged.*last good copy/);
  });

  test('without its certificate', async () => {
    node.config.listen = {
      host: '127.0.0.1',
      port: 0,
      plain: false,
      tls: { cert_file: '/nonexistent', key_file: '/x' },
    };
    await expect(node.start()).rejects.toThrow(/cannot read listen\.tls\.cert_file .*tg-node init/);
  });

  const networkd = {
    ...bareHost,
    read: (path: string) =>
      Promise.resolve(
        path === '/run/systemd/netif/links/3'
          ? 'ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/a.network\n'
          : null,
      ),
  };

  test('beside networkd without the drop-in, which it prints; --ignore-second-actor starts and says so', async () => {
    node.config.nics = { eth1: {} };
    await expect(node.start({ host: networkd })).rejects.toThrow(
      /systemd-networkd manages eth1[^]*KeepConfiguration=yes/,
    );
    node.config.os.ignore_second_actor = true;
    await node.start({ host: networkd });
    expect((await status()).problems).toEqual([expect.objectContaining({ code: 'second-actor-systemd-networkd' })]);
  });

  test('... and refuses a first cluster IP on such a NIC, but not in a namespace of its own', async () => {
    await node.start({ host: networkd });
    await expect(node.write('10.0.1.50')).rejects.toThrow(/systemd-networkd manages eth1/);
    await node.stop();
    node.config.os.netns = '/run/netns/x';
    await node.start({ host: networkd });
    expect(await node.write('10.0.1.50')).toMatchObject({ outcome: 'applied' });
  });
});

test('an ENI that is gone makes the NIC be discovered anew', async () => {
  await node.start();
  await node.write('10.0.1.50');
  node.ec2.describeEni = () =>
    Promise.reject(new Ec2Error('eni-missing', 'ask-a-person', 'InvalidNetworkInterfaceID.NotFound', 'gone'));
  node.ec2.assign = () =>
    Promise.reject(new Ec2Error('eni-missing', 'ask-a-person', 'InvalidNetworkInterfaceID.NotFound', 'gone'));
  await node.stop('keep');
  await node.start();
  const asked = jest.spyOn(node.imds, 'get'); // what the start asked is answered
  await until('discovered again', () => asked.mock.calls.some(([path]) => path.endsWith('interface-id')));
});

test('secrets are not in the log', async () => {
  await node.start();
  await node.write('10.0.1.50');
  expect(node.logged.join('')).toContain('config written');
  expect(node.logged.join('')).not.toContain('trustgrid-token');
});

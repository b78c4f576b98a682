import { UnassignPrivateIpAddressesCommand } from '@aws-sdk/client-ec2';
import { assign, type World } from '../harness/world';
import { viewEni } from '../harness/eni-view';
import { until } from '../harness/until';
import { emulatedTest, thisBackend } from './backend';
import { createFixture, type Fixture } from './fixture';
import { lan, module } from './hcl';

const backend = thisBackend();
const emulated = emulatedTest();

/** What only AWS can tell, at apply: the node's sentence in terraform's error, and a state that says what is true. */
describe(`what AWS refuses, on ${backend.name}`, () => {
  let fixture: Fixture;
  let good: string, better: string, late: string;
  let stranger: World['stranger'];

  const write = (clusterIp: string, timeout = '60s') =>
    fixture.terraform.write({
      'main.tf': module({
        lan: lan(fixture.stage.daemon.fqdn, { cluster_ip: clusterIp, timeouts: { create: timeout, update: timeout } }),
      }),
    });
  const secondaries = async () => (await fixture.stage.eni()).secondary.sort();
  const bound = async () => (await fixture.stage.nic()).map((a) => a.address).sort();
  const stateOfLan = async () => (await fixture.terraform.state())[0]?.values.cluster_ip;
  const configured = async () => (await fixture.stage.daemon.command('config', 'get', 'eth1')).stdout;

  beforeAll(async () => {
    fixture = await createFixture(backend, 'dev-override');
    [good, better, late] = fixture.stage.world.free;
    stranger = fixture.stage.world.stranger;
  });
  afterAll(async () => {
    await fixture.scope.close();
  });
  afterEach(async () => {
    await fixture.stage.cloud.control?.clearFaults();
  });

  describe('at create: nothing is kept', () => {
    afterEach(async () => {
      expect(await secondaries()).toEqual([fixture.stage.world.foreign]);
      expect(await fixture.terraform.state()).toEqual([]);
      expect((await fixture.stage.daemon.status()).interfaces.filter((i) => i.clusterIP !== null)).toEqual([]);
    });

    test("another ENI's primary address", async () => {
      await write(stranger.primary);
      const apply = await fixture.terraform.apply();
      expect(apply.ok).toBe(false);
      expect(apply.text).toContain(stranger.primary);
      expect(apply.text).toMatch(/primary/);
      expect(apply.text).toContain(stranger.id);
    });

    test('an address held by an ENI that is no member: named, and never taken', async () => {
      await write(stranger.secondary);
      const apply = await fixture.terraform.apply();
      expect(apply.ok).toBe(false);
      expect(apply.text).toContain(stranger.secondary);
      expect(apply.text).toContain(stranger.id);
      expect((await viewEni(fixture.stage.ec2, stranger.id)).secondary).toEqual([stranger.secondary]);
      expect(await bound()).not.toContain(stranger.secondary);
    });

    emulated('no permission', async () => {
      const { instanceId, data } = fixture.stage.world;
      const describing = { Effect: 'Allow' as const, Action: 'ec2:DescribeNetworkInterfaces', Resource: '*' };
      await fixture.control().setPolicy(instanceId, { Version: '2012-10-17', Statement: [describing] });
      try {
        await write(good);
        const apply = await fixture.terraform.apply();
        expect(apply.ok).toBe(false);
        expect(apply.text).toContain('ec2:AssignPrivateIpAddresses');
        expect(apply.text).toContain(data.id);
      } finally {
        await fixture.control().setPolicy(instanceId, null);
      }
    });
  });

  describe('at change: the old value stays, everywhere', () => {
    beforeAll(async () => {
      await write(good);
      expect(await fixture.terraform.apply()).toMatchObject({ ok: true });
    });
    afterEach(async () => {
      expect(await stateOfLan()).toBe(good);
      await until('back at the ENI', 10_000, secondaries, (all) => all.includes(good));
      await until('back on the NIC', 10_000, bound, (all) => all.includes(good));
      expect(await configured()).toContain(good);
    });

    test('an address held by an ENI that is no member', async () => {
      await write(stranger.secondary);
      const apply = await fixture.terraform.apply();
      expect(apply.ok).toBe(false);
      expect(apply.text).toContain(stranger.id);
    });

    emulated('throttled for a while: the apply waits and succeeds', async () => {
      await fixture.control().addFault({ action: 'AssignPrivateIpAddresses', kind: 'throttle', times: 2 });
      await write(better);
      expect(await fixture.terraform.apply()).toMatchObject({ ok: true, text: '' });
      expect(await secondaries()).toEqual([better, fixture.stage.world.foreign].sort());
      await write(good);
      expect(await fixture.terraform.apply()).toMatchObject({ ok: true, text: '' });
    });
  });

  describe.each([
    { what: 'throttled', kind: 'throttle' as const, says: /RequestLimitExceeded|throttl/i },
    { what: 'expired credentials', kind: 'expired-credentials' as const, says: /credential|expired/i },
    { what: 'AWS answers with 500', kind: 'server-error' as const, says: /InternalError|AWS/ },
  ])('trouble that passes: $what for longer than the timeout', ({ kind, says }) => {
    emulated(
      'the apply fails with what the node waits for, the new value stays in force, and arrives by itself',
      async () => {
        const { world } = fixture.stage;
        const vpc = fixture.control();
        await write(good);
        expect(await fixture.terraform.apply()).toMatchObject({ ok: true, text: '' });

        await vpc.addFault({ action: '*', kind, times: 'always', instanceId: world.instanceId });
        await write(late, '3s');
        const apply = await fixture.terraform.apply();
        expect(apply.ok).toBe(false);
        expect(apply.text).toMatch(says);
        expect(await stateOfLan()).toBe(late);
        expect(await configured()).toContain(late);
        expect(await secondaries()).toEqual([good, world.foreign].sort());

        const meanwhile = await fixture.terraform.plan();
        expect(meanwhile).toMatchObject({ ok: true, changed: false });
        expect(meanwhile.text).toMatch(/^warning: /);

        await vpc.clearFaults();
        await until('arrived', 60_000, secondaries, (all) => all.join() === [late, world.foreign].sort().join());
        await until(
          'settled',
          10_000,
          async () => (await fixture.terraform.plan()).text,
          (text) => text === '',
        );
      },
    );
  });

  describe('an ENI that is full', () => {
    emulated('is named, with the way out, and nothing is kept', async () => {
      const { ec2, world } = fixture.stage;
      expect(await fixture.terraform.destroy()).toMatchObject({ ok: true });
      const filling = Array.from({ length: 4 }, (_, i) => `10.0.1.${150 + i}`); // 6 addresses on a t3.medium's ENI
      await assign(ec2, world.data.id, filling);
      try {
        await write(good);
        const apply = await fixture.terraform.apply();
        expect(apply.ok).toBe(false);
        expect(apply.text).toContain(world.data.id);
        expect(apply.text).toMatch(/limit|full|as many/i);
        expect(await fixture.terraform.state()).toEqual([]);
        expect(await secondaries()).toEqual([world.foreign, ...filling].sort());
      } finally {
        await ec2.send(
          new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId: world.data.id, PrivateIpAddresses: filling }),
        );
      }
    });
  });
});

import { UnassignPrivateIpAddressesCommand } from '@aws-sdk/client-ec2';
import { watchRemovals } from '../harness/removals';
import { DATA_NIC, MANAGEMENT_NIC } from '../harness/stage';
import { until } from '../harness/until';
import { viewNic } from '../harness/nic-view';
import { emulatedTest, thisBackend } from './backend';
import { createFixture, type Fixture } from './fixture';
import { lan, module } from './hcl';

const backend = thisBackend();
const emulated = emulatedTest();

/** Noticed in the instance metadata and confirmed by two looks; where there is no metadata (a run on AWS from outside), by the next routine look. */
const REPAIR_MS = backend.kind === 'aws' ? 180_000 : 30_000;

describe(`the life of a cluster IP, on ${backend.name}`, () => {
  let fixture: Fixture;
  let first: string, second: string, third: string;
  /** Another cluster IP of the same node, on its other NIC: must not notice anything that happens to the first. */
  let other: string;

  const write = (clusterIp: string) =>
    fixture.terraform.write({
      'main.tf': module({
        lan: lan(fixture.stage.daemon.fqdn, { cluster_ip: clusterIp }),
        other: { node_fqdn: fixture.stage.daemon.fqdn, nic: MANAGEMENT_NIC, cluster_ip: other },
      }),
    });
  const eniSecondaries = async () => (await fixture.stage.eni()).secondary.sort();
  const nicAddresses = async () => (await fixture.stage.nic()).map((a) => a.address).sort();
  const foreign = () => fixture.stage.world.foreign;
  const primary = () => fixture.stage.world.data.primary;

  const expectEmptyPlans = async () => {
    expect(await fixture.terraform.plan('-refresh=false')).toMatchObject({ ok: true, changed: false, text: '' });
    expect(await fixture.terraform.plan()).toMatchObject({ ok: true, changed: false, drift: [], text: '' });
  };
  const expectInPlace = async (clusterIp: string) => {
    expect(await eniSecondaries()).toEqual([clusterIp, foreign()].sort());
    expect(await nicAddresses()).toEqual([primary(), clusterIp].sort());
  };

  beforeAll(async () => {
    fixture = await createFixture(backend, 'mirror');
    [first, second, third] = fixture.stage.world.free;
    other = fixture.stage.world.freeOnManagement;
    await write(first);
  });
  afterAll(async () => {
    await fixture.scope.close();
  });
  afterEach(async () => {
    expect(await eniSecondaries()).toContain(foreign());
  });

  test('create puts the address on the ENI and on the NIC, and the next plan is empty', async () => {
    const apply = await fixture.terraform.apply();
    expect(apply).toMatchObject({ ok: true, text: '' });
    expect(apply.applied).toHaveLength(2);
    await expectInPlace(first);
    const bound = (await fixture.stage.nic()).find((a) => a.address === first)!;
    expect(bound).toMatchObject({ prefixLength: 32, label: `${DATA_NIC}:cip` });
    expect(bound.validSeconds).not.toBeNull(); // the kernel takes it away when nobody refreshes it
    await expectEmptyPlans();
  });

  test('a changed cluster_ip is an update in place: same daemon, other addresses untouched, the old one gone', async () => {
    const { daemon, namespace } = fixture.stage;
    const pid = daemon.pid();
    const removed = await watchRemovals(fixture.stage.namespace!);
    await write(second);
    const text = await fixture.terraform.planText();
    expect(text.stdout).toMatch(/tg_node_interface\.lan will be updated in-place/);
    expect(text.stdout.replace(/ +/g, ' ')).toContain(`~ cluster_ip = "${first}" -> "${second}"`);
    expect(text.stdout).toContain('0 to add, 1 to change, 0 to destroy');
    expect(await fixture.terraform.apply()).toMatchObject({
      ok: true,
      text: '',
      applied: [{ address: 'tg_node_interface.lan', action: 'update' }],
    });
    await expectInPlace(second);
    expect((await daemon.status()).daemon.pid).toBe(pid);
    expect((await viewNic(namespace!, MANAGEMENT_NIC)).map((a) => a.address)).toContain(other);
    expect(await removed()).toEqual([first]);
    await expectEmptyPlans();
  });

  test('import into a fresh state gives an empty plan', async () => {
    const { fqdn } = fixture.stage.daemon;
    await fixture.terraform.forget();
    for (const [name, nic] of [
      ['lan', DATA_NIC],
      ['other', MANAGEMENT_NIC],
    ] as const) {
      expect(await fixture.terraform.import(`tg_node_interface.${name}`, `${fqdn}/${nic}`)).toMatchObject({ code: 0 });
    }
    await expectEmptyPlans();
    await expectInPlace(second);
  });

  test('what is removed from the ENI by hand comes back', async () => {
    const { ec2, world } = fixture.stage;
    await ec2.send(
      new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId: world.data.id, PrivateIpAddresses: [second] }),
    );
    expect(await eniSecondaries()).toEqual([foreign()]);
    await until('repaired at the ENI', REPAIR_MS, eniSecondaries, (all) => all.includes(second));
    await expectInPlace(second);
  });

  test('what is removed from the NIC by hand comes back', async () => {
    await fixture.stage.namespace!.ip('addr', 'del', `${second}/32`, 'dev', DATA_NIC);
    await until('repaired on the NIC', REPAIR_MS, nicAddresses, (all) => all.includes(second));
    await expectInPlace(second);
    await expectEmptyPlans();
  });

  test('what is removed from the config elsewhere is planned again, and comes back', async () => {
    expect(await fixture.stage.daemon.command('config', 'set', DATA_NIC, 'clusterIP=')).toMatchObject({ code: 0 });
    await until('gone from the ENI', 30_000, eniSecondaries, (all) => !all.includes(second));
    const plan = await fixture.terraform.plan();
    expect(plan).toMatchObject({ ok: true, changed: true, text: '' });
    expect(plan.planned.map((change) => change.address)).toEqual(['tg_node_interface.lan']);
    expect(await fixture.terraform.apply()).toMatchObject({ ok: true, text: '' });
    await expectInPlace(second);
    await expectEmptyPlans();
  });

  test('a daemon that is stopped gives the addresses back, and takes them again when it starts', async () => {
    const { daemon } = fixture.stage;
    await daemon.stop();
    expect(await eniSecondaries()).toEqual([foreign()]);
    expect(await nicAddresses()).toEqual([primary()]);
    await daemon.start();
    await until('taken again at the ENI', 30_000, eniSecondaries, (all) => all.includes(second));
    await until('taken again on the NIC', 30_000, nicAddresses, (all) => all.includes(second));
    await expectEmptyPlans();
  });

  test('a value changed while the daemon was killed is taken up at its start, at ENI and NIC', async () => {
    const { daemon } = fixture.stage;
    await daemon.kill();
    const edited = await daemon.command('config', 'set', DATA_NIC, `clusterIP=${third}`);
    expect(edited).toMatchObject({ code: 0 });
    expect(await eniSecondaries()).toEqual([second, foreign()].sort());
    await daemon.start();
    await until(
      'taken up at the ENI',
      30_000,
      eniSecondaries,
      (all) => all.join() === [third, foreign()].sort().join(),
    );
    await until('taken up on the NIC', 30_000, nicAddresses, (all) => all.join() === [primary(), third].sort().join());

    const plan = await fixture.terraform.plan();
    expect(plan).toMatchObject({
      ok: true,
      changed: true,
      planned: [{ address: 'tg_node_interface.lan', action: 'update' }],
    });
    await write(third);
    expect(await fixture.terraform.apply()).toMatchObject({ ok: true });
    await expectEmptyPlans();
  });

  test('destroy leaves nothing behind', async () => {
    expect(await fixture.terraform.destroy()).toMatchObject({ ok: true, text: '' });
    expect(await eniSecondaries()).toEqual([foreign()]);
    expect(await nicAddresses()).toEqual([primary()]);
    expect(await fixture.terraform.state()).toEqual([]);
    const status = await fixture.stage.daemon.status();
    expect(status.interfaces.filter((i) => i.clusterIP !== null || i.releasing.length > 0)).toEqual([]);
    // The kernel refuses a released address for a while by rules, so that its clients reset instead of hanging.
    const rules = (): Promise<string> => fixture.stage.namespace!.ip('rule');
    const ours = [first, second, third, other];
    await until('without rules of ours', 30_000, rules, (text) => !ours.some((address) => text.includes(address)));
  });

  emulated(
    'the policy of the specification sufficed for all of it, and all but one of its actions were needed',
    async () => {
      const use = await fixture.control().policyUse(fixture.stage.world.instanceId);
      expect(use.refused).toEqual([]);
      // The specification grants it; the node has no use for it.
      expect(use.unused).toEqual(['ec2:DescribeInstances']);
    },
  );

  emulated('the address that is not ours was never named in a call of the node', async () => {
    const calls = (await fixture.control().calls()).filter((call) => call.principal.kind === 'instance');
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter((call) => Object.values(call.params).includes(foreign()))).toEqual([]);
  });
});

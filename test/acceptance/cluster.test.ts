import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Gateway } from '../harness/pair';
import { DATA_NIC } from '../harness/stage';
import { until } from '../harness/until';
import { emulatedBackend } from './backend';
import { createPairFixture, type PairFixture } from './pair-fixture';

const CLUSTER = 'gateways.example.com';
const KEY = 'the-secret-that-both-members-share-and-nobody-else';
/** A takeover: the Cluster Timeout, EC2, and a machine that runs two suites at once. */
const TAKEOVER_MS = 30_000;

const { backend, describeEmulated } = emulatedBackend();

describeEmulated(`the life of a cluster, on ${backend.name}`, () => {
  let fixture: PairFixture;
  let first: string, second: string;

  /** What HCL says of the cluster; changed step by step. */
  const wanted = { mode: 'autoFailback', timeout: 3, active: 'a', clusterIp: '' };

  const write = (change: Partial<typeof wanted> = {}) => {
    Object.assign(wanted, change);
    return fixture.terraform.write({ 'main.tf': hcl() });
  };
  const gateways = (): Gateway[] => [fixture.pair.a, fixture.pair.b];

  /** `holder` has the address on ENI and NIC, and the other one on neither; nobody has anything else but what is not ours. */
  const expectHolder = async (holder: Gateway, address: string) => {
    const { world } = fixture.pair;
    for (const gateway of gateways()) {
      const foreign = gateway.data.id === world.data.id ? [world.foreign] : [];
      const ours = gateway === holder ? [address] : [];
      const name = gateway.daemon.fqdn;
      await until(
        `ENI of ${name}`,
        TAKEOVER_MS,
        gateway.secondaries,
        (all) => all.join() === [...ours, ...foreign].sort().join(),
      );
      await until(`NIC of ${name}`, TAKEOVER_MS, gateway.bound, (all) => all.join() === ours.join());
    }
  };
  const expectEmptyPlans = async () => {
    expect(await fixture.terraform.plan('-refresh=false')).toMatchObject({ ok: true, changed: false, text: '' });
    expect(await fixture.terraform.plan()).toMatchObject({ ok: true, changed: false, drift: [], text: '' });
  };

  beforeAll(async () => {
    fixture = await createPairFixture(backend, { TF_VAR_cluster_key: KEY });
    [first, second] = fixture.pair.world.free;
    await write({ clusterIp: first });
  });
  afterAll(async () => {
    await fixture.scope.close();
  });

  test('two fresh daemons become a working cluster in one apply, and the next plan is empty', async () => {
    const apply = await fixture.terraform.apply();
    expect(apply).toMatchObject({ ok: true, text: '' });
    expect(apply.applied).toHaveLength(7);
    await expectHolder(fixture.pair.a, first);
    for (const { daemon } of gateways()) {
      const { cluster } = await daemon.status();
      expect(cluster).toMatchObject({ fqdn: CLUSTER, actualActive: fixture.pair.a.daemon.uid, timeout: 3 });
      expect(cluster!.members.map((member) => member.reachable)).toEqual([true, true]);
    }
    await expectEmptyPlans();
  });

  test('the key is in no file of terraform', async () => {
    await fixture.terraform.raw('plan', '-out=plan.bin');
    const shown = await fixture.terraform.raw('show', '-json', 'plan.bin');
    expect(shown.stdout).toContain('cluster_key');
    const files = (await readdir(fixture.terraform.dir, { withFileTypes: true })).filter((entry) => entry.isFile());
    const texts = await Promise.all(files.map(({ name }) => readFile(join(fixture.terraform.dir, name), 'latin1')));
    for (const text of [shown.stdout, ...texts]) expect(text).not.toContain(KEY);
  });

  test('mode and timeout change in place, on both members, and no address moves', async () => {
    const pids = gateways().map(({ daemon }) => daemon.pid());
    await write({ mode: 'manualFailback', timeout: 4 });
    expect(await fixture.terraform.apply()).toMatchObject({
      ok: true,
      text: '',
      applied: [{ address: 'tg_cluster.gateways', action: 'update' }],
    });
    for (const { daemon } of gateways()) {
      await until(
        `the change at ${daemon.fqdn}`,
        10_000,
        async () => (await daemon.status()).cluster,
        (cluster) => cluster?.mode === 'manualFailback' && cluster.timeout === 4,
      );
    }
    expect(gateways().map(({ daemon }) => daemon.pid())).toEqual(pids);
    await expectHolder(fixture.pair.a, first);
    await expectEmptyPlans();
  });

  test('import of each into a fresh state gives an empty plan', async () => {
    await fixture.terraform.forget();
    const imports = [
      ['tg_cluster.gateways', CLUSTER],
      ['tg_node_cluster_config.a', 'gw-a.example.com'],
      ['tg_node_cluster_config.b', `node_id:${fixture.pair.b.daemon.uid}`],
      ['tg_cluster_member.a', 'gw-a.example.com'],
      ['tg_cluster_member.b', 'gw-b.example.com'],
      ['tg_cluster_active_member.gateways', `${CLUSTER}/gw-a.example.com`],
      ['tg_node_interface.lan', `cluster_fqdn:${CLUSTER}/${DATA_NIC}`],
    ] as const;
    for (const [address, id] of imports) {
      expect(await fixture.terraform.import(address, id)).toMatchObject({ code: 0 });
    }
    await expectEmptyPlans();
    await expectHolder(fixture.pair.a, first);
  });

  test('another active member: the address has moved on ENI and NIC when apply returns', async () => {
    await write({ active: 'b' });
    expect(await fixture.terraform.apply()).toMatchObject({
      ok: true,
      text: '',
      applied: [{ address: 'tg_cluster_active_member.gateways', action: 'update' }],
    });
    expect(await fixture.pair.b.secondaries()).toEqual([first]);
    await expectHolder(fixture.pair.b, first);
    await expectEmptyPlans();
  });

  test('kill -9 of the active member: the other one takes over, and the plan stays empty', async () => {
    await fixture.pair.b.daemon.kill();
    await until('taken over', TAKEOVER_MS, fixture.pair.a.secondaries, (all) => all.includes(first));
    await expectHolder(fixture.pair.a, first);
    const plan = await fixture.terraform.plan();
    expect(plan).toMatchObject({ ok: true, changed: false, drift: [] });
    // It says that the member is down, and nothing else.
    for (const { severity, summary } of plan.diagnostics)
      expect([severity, summary]).toEqual(['warning', 'Node not reachable']);
    expect(plan.diagnostics.length).toBeGreaterThan(0);
  });

  test('cluster_ip is changed through the cluster while one member is down', async () => {
    await write({ clusterIp: second });
    expect(await fixture.terraform.apply()).toMatchObject({
      ok: true,
      applied: [{ address: 'tg_node_interface.lan', action: 'update' }],
    });
    expect(await fixture.pair.a.secondaries()).toContain(second);
    await expectHolder(fixture.pair.a, second);
  });

  test('the member that comes back takes the changed address, and leaves nothing of the old one', async () => {
    await fixture.pair.b.daemon.start();
    await until(
      'both hear each other',
      TAKEOVER_MS,
      async () => (await fixture.pair.b.daemon.status()).cluster,
      (cluster) => cluster?.members.every((member) => member.reachable) === true,
    );
    await expectHolder(fixture.pair.a, second); // manualFailback: it does not take the role back
    await expectEmptyPlans();
    await write({ mode: 'autoFailback' });
    expect(await fixture.terraform.apply()).toMatchObject({ ok: true, text: '' });
    await expectHolder(fixture.pair.b, second);
    await expectEmptyPlans();
  });

  test('destroy leaves nothing behind', async () => {
    const destroy = await fixture.terraform.destroy();
    expect(destroy.diagnostics.map(({ severity, summary, detail }) => [severity, summary, detail])).toEqual([
      ['warning', 'Nothing changed', expect.stringContaining('stays gw-b.example.com')],
    ]);
    expect(destroy.ok).toBe(true);
    expect(await fixture.terraform.state()).toEqual([]);
    for (const gateway of gateways()) {
      const foreign = gateway.data.id === fixture.pair.world.data.id ? [fixture.pair.world.foreign] : [];
      expect(await gateway.secondaries()).toEqual(foreign);
      expect(await gateway.bound()).toEqual([]);
      const status = await gateway.daemon.status();
      expect(status.cluster).toBeUndefined();
      expect(status.interfaces.filter((nic) => nic.clusterIP !== null || nic.releasing.length > 0)).toEqual([]);
    }
  });

  const hcl = () => {
    const { mode, timeout, active, clusterIp } = wanted;
    const { a, b } = fixture.pair;
    const node = (name: 'a' | 'b', own: Gateway, peer: Gateway) => `
resource "tg_node_cluster_config" "${name}" {
  ${name === 'a' ? `node_fqdn = "${own.daemon.fqdn}"` : `node_id = "${own.daemon.uid}"`}
  host      = "${own.heartbeat.host}"
  port      = ${own.heartbeat.port}
}

resource "tg_cluster_member" "${name}" {
  cluster_fqdn = tg_cluster.gateways.fqdn
  node_fqdn    = "${own.daemon.fqdn}"
  cluster_key  = var.cluster_key
  peer_host    = "${peer.heartbeat.host}"
  peer_port    = ${peer.heartbeat.port}
  depends_on   = [tg_node_cluster_config.a, tg_node_cluster_config.b]
}
`;
    return `
terraform {
  required_providers {
    tg = { source = "trustgrid/tg" }
  }
}

variable "cluster_key" {
  type      = string
  sensitive = true
  ephemeral = true
}

provider "tg" {
  api_hosts = ${JSON.stringify(fixture.pair.apiHosts)}
}

resource "tg_cluster" "gateways" {
  name    = "gateways"
  mode    = "${mode}"
  timeout = ${timeout}
}
${node('a', a, b)}${node('b', b, a)}
resource "tg_cluster_active_member" "gateways" {
  cluster_fqdn = tg_cluster.gateways.fqdn
  node_fqdn    = "${active === 'a' ? a.daemon.fqdn : b.daemon.fqdn}"
  depends_on   = [tg_cluster_member.a, tg_cluster_member.b]
}

resource "tg_node_interface" "lan" {
  cluster_fqdn = tg_cluster.gateways.fqdn
  nic          = "${DATA_NIC}"
  cluster_ip   = "${clusterIp}"
  depends_on   = [tg_cluster_active_member.gateways]
}
`;
  };
});

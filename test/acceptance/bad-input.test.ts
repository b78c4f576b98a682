import { thisBackend } from './backend';
import { createFixture, type Fixture } from './fixture';
import { lan, module } from './hcl';

const backend = thisBackend();

/**
 * Bad input, as a user of terraform meets it: what is printed and what state, ENI and config hold afterwards. What is refused by
 * `validate` and `plan` never reaches AWS; one backend will do.
 */
describe(`bad input, on ${backend.name}`, () => {
  let fixture: Fixture;
  const fqdn = () => fixture.stage.daemon.fqdn;

  beforeAll(async () => {
    fixture = await createFixture(backend, 'dev-override');
  });
  afterAll(async () => {
    await fixture.scope.close();
  });
  afterEach(async () => {
    expect((await fixture.stage.eni()).secondary).toEqual([fixture.stage.world.foreign]);
    expect(await fixture.terraform.state()).toEqual([]);
  });

  describe('validate refuses', () => {
    test.each([
      ['not IPv4', '2001:db8::1'],
      ['not an address', 'ten'],
      ['three octets', '10.0.1'],
      ['an octet over 255', '10.0.1.256'],
      ['a prefix length', '10.0.1.50/24'],
      ['leading zeros', '10.0.01.50'],
      ['blanks', ' 10.0.1.50'],
      ['no host', '0.0.0.0'],
      ['multicast', '224.0.0.251'],
      ['loopback', '127.0.0.1'],
      ['broadcast', '255.255.255.255'],
      ['link-local', '169.254.169.254'],
    ])('cluster_ip: %s (%s)', async (_, value) => {
      await fixture.terraform.write({ 'main.tf': module({ lan: lan(fqdn(), { cluster_ip: value }) }) });
      const result = await fixture.terraform.validate();
      expect(result.ok).toBe(false);
      expect(result.diagnostics).toHaveLength(1);
      expect(result.text).toContain('cluster_ip');
      expect(result.text).toContain(value);
    });

    test.each([
      ['two of node_fqdn, node_id and cluster_fqdn', { node_fqdn: 'a.example.com', node_id: 'abc' }],
      ['all three', { node_fqdn: 'a.example.com', node_id: 'abc', cluster_fqdn: 'c.example.com' }],
      ['none of them', {}],
    ])('%s', async (_, target) => {
      const resource = { nic: 'eth1', cluster_ip: '10.0.1.50', ...target };
      await fixture.terraform.write({ 'main.tf': module({ lan: resource }) });
      const result = await fixture.terraform.validate();
      expect(result.ok).toBe(false);
      for (const name of ['node_fqdn', 'node_id', 'cluster_fqdn']) expect(result.text).toContain(name);
    });
  });

  describe('plan refuses, because the node can tell', () => {
    test.each([
      ["the node's own primary address", '10.0.1.10', /primary/],
      ['the network address', '10.0.1.0', /network|reserve/],
      ['the broadcast address', '10.0.1.255', /broadcast|reserve/],
      ["AWS's router", '10.0.1.1', /reserve/],
      ["AWS's DNS", '10.0.1.2', /reserve/],
      ["AWS's spare", '10.0.1.3', /reserve/],
      ['an address of another subnet', '10.0.2.50', /10\.0\.1\.0\/24/],
      ['a public address', '54.85.10.20', /public|Elastic|10\.0\.1\.0\/24/],
    ])('%s (%s)', async (_, value, why) => {
      await fixture.terraform.write({ 'main.tf': module({ lan: lan(fqdn(), { cluster_ip: value }) }) });
      const plan = await fixture.terraform.plan();
      expect(plan.ok).toBe(false);
      expect(plan.text).toContain('cluster_ip');
      expect(plan.text).toContain(value);
      expect(plan.text).toMatch(why);
    });

    test('a NIC that the node does not have', async () => {
      const resource = { node_fqdn: fqdn(), nic: 'eth7', cluster_ip: '10.0.1.50' };
      await fixture.terraform.write({ 'main.tf': module({ lan: resource }) });
      const plan = await fixture.terraform.plan();
      expect(plan.ok).toBe(false);
      expect(plan.text).toContain('eth7');
      expect(plan.text).toMatch(/eth1/); // names the ones there are
    });
  });

  test('a node that is known only at apply is asked then: nothing is written, and the error says why', async () => {
    const later = `resource "terraform_data" "name" {\n  input = ${JSON.stringify(fqdn())}\n}\n`;
    const resource = { node_fqdn: 'LATER', nic: 'eth1', cluster_ip: '10.0.2.50' };
    const hcl = module({ lan: resource }).replace('"LATER"', 'terraform_data.name.output');
    await fixture.terraform.write({ 'main.tf': later + hcl });
    expect(await fixture.terraform.plan()).toMatchObject({ ok: true, changed: true });
    const apply = await fixture.terraform.apply();
    expect(apply.ok).toBe(false);
    expect(apply.text).toMatch(/cluster_?ip/i);
    expect(apply.text).toContain('10.0.2.50');
    expect(apply.text).toContain('10.0.1.0/24');
    expect((await fixture.stage.daemon.status()).configVersion).toBe(0);
    await fixture.terraform.write({ 'main.tf': module({}) });
    expect(await fixture.terraform.apply()).toMatchObject({ ok: true }); // terraform_data goes
  });
});

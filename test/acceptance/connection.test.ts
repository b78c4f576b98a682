import { thisBackend } from './backend';
import { createFixture, type Fixture } from './fixture';
import { lan, module } from './hcl';

const backend = thisBackend();

/** The ways in which the node cannot be talked to: three sentences that nobody can mistake for one another. */
describe(`when the provider cannot talk to the node, on ${backend.name}`, () => {
  let fixture: Fixture;
  const text: Record<string, string> = {};

  const planWith = async (env: NodeJS.ProcessEnv) => {
    fixture.terraform.setEnv({ ...fixture.stage.env, ...env });
    const plan = await fixture.terraform.plan();
    expect(plan.ok).toBe(false);
    expect(plan.text).not.toContain(fixture.stage.daemon.apiKey.secret);
    return plan.text;
  };

  beforeAll(async () => {
    fixture = await createFixture(backend, 'dev-override');
    await fixture.terraform.write({
      'main.tf': module({ lan: lan(fixture.stage.daemon.fqdn, { cluster_ip: fixture.stage.world.free[0] }) }),
    });
    expect(await fixture.terraform.apply()).toMatchObject({ ok: true, text: '' }); // so that a plan has something to read
  });
  afterAll(async () => {
    await fixture.scope.close();
  });

  test('TLS not trusted', async () => {
    text.tls = await planWith({ TG_CA_FILE: '' });
    expect(text.tls).toMatch(/certificate/i);
    expect(text.tls).toContain(fixture.stage.daemon.apiHost);
  });

  test('wrong token', async () => {
    text.token = await planWith({ TG_API_KEY_SECRET: 'not-the-secret' });
    expect(text.token).toMatch(/api_key/);
    expect(text.token).not.toContain('not-the-secret');
  });

  test('node unreachable', async () => {
    await fixture.stage.daemon.stop();
    text.unreachable = await planWith({});
    expect(text.unreachable).toContain(fixture.stage.daemon.apiHost);
    expect(text.unreachable).toMatch(/ECONNREFUSED|refused|reach/i);
    await fixture.stage.daemon.start();
    fixture.terraform.setEnv(fixture.stage.env);
    expect(await fixture.terraform.plan()).toMatchObject({ ok: true, changed: false });
  });

  test('three different sentences', () => {
    expect(new Set(Object.values(text)).size).toBe(3);
  });
});

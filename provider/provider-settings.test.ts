import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeIdentity } from './framework/plugin/certificate';
import { UNKNOWN } from './framework/cty/unknown';
import { pathText } from './framework/cty/path';
import { MiniCore } from './framework/server/testing/mini-core';
import { tgProvider } from './provider';
import type { ProviderConfig } from './provider-schema';
import { providerSettings } from './provider-settings';

const NOTHING = {
  api_host: null,
  api_hosts: null,
  api_key_id: null,
  api_key_secret: null,
  api_jwt: null,
  org_id: null,
  tls: null,
};
const NO_TLS = {
  ca_file: null,
  ca_pem: null,
  cert_file: null,
  cert_pem: null,
  key_file: null,
  key_pem: null,
  server_name: null,
  insecure_skip_verify: null,
};
const KEY = { TG_API_KEY_ID: 'env-id', TG_API_KEY_SECRET: 'env-secret' };
const read = (config: Partial<ProviderConfig>, environment: Record<string, string> = KEY) =>
  providerSettings({ ...NOTHING, ...config }, environment);
const tls = (over: object, environment?: Record<string, string>) => read({ tls: { ...NO_TLS, ...over } }, environment);
const told = ({ diagnostics }: ReturnType<typeof read>) =>
  diagnostics.map((d) => `${d.severity} ${pathText(d.path)} ${d.summary}: ${d.detail}`).join('\n');

const dir = mkdtempSync(join(tmpdir(), 'tg-settings-'));
const [one, two] = [makeIdentity('one'), makeIdentity('two')];
const file = (name: string, content: string): string => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};
afterAll(() => rmSync(dir, { recursive: true }));

describe('hosts', () => {
  test('default, environment, configuration, in rising order', () => {
    expect(read({}).settings?.hosts).toEqual(['api.trustgrid.io']);
    expect(read({}, { ...KEY, TG_API_HOST: 'a:1' }).settings?.hosts).toEqual(['a:1']);
    expect(read({}, { ...KEY, TG_API_HOST: '' }).settings?.hosts).toEqual(['api.trustgrid.io']);
    expect(read({ api_host: 'b:2' }, { ...KEY, TG_API_HOST: 'a:1' }).settings?.hosts).toEqual(['b:2']);
    expect(read({ api_hosts: ['c', 'd'] }, { ...KEY, TG_API_HOST: 'a:1' }).settings?.hosts).toEqual(['c', 'd']);
  });

  test('a bad one in the environment is told by its name', () => {
    expect(told(read({}, { ...KEY, TG_API_HOST: 'http://gw-a' }))).toMatch(
      /^error {2}Invalid environment variable: TG_API_HOST: .*unencrypted/,
    );
  });
});

describe('credentials', () => {
  test.each<[Partial<ProviderConfig>, Record<string, string>, object]>([
    [{}, KEY, { kind: 'key', id: 'env-id', secret: 'env-secret' }],
    [
      { api_key_id: 'i', api_key_secret: 's' },
      { ...KEY, TG_JWT: 'j' },
      { kind: 'key', id: 'i', secret: 's' },
    ],
    [{ api_key_id: 'i' }, KEY, { kind: 'key', id: 'i', secret: 'env-secret' }],
    [{}, { ...KEY, TG_JWT: 'j' }, { kind: 'jwt', jwt: 'j' }],
    [{ api_jwt: 'k', api_key_id: 'i', api_key_secret: 's' }, {}, { kind: 'jwt', jwt: 'k' }],
  ])('%j with %j', (config, environment, credentials) => {
    expect(read(config, environment).settings?.credentials).toEqual(credentials);
  });

  test.each<[Partial<ProviderConfig>, Record<string, string>, RegExp]>([
    [{}, {}, /No credentials are set/],
    [{ api_key_id: 'i' }, {}, /not api_key_secret/],
    [{}, { TG_API_KEY_SECRET: 's3cret' }, /not api_key_id/],
    [
      { api_key_id: 'i', api_key_secret: 's3cret\n' },
      {},
      /api_key_secret contains a blank or line end at its start or end; use trimspace/,
    ],
    [{ api_jwt: 's3\u00e9cret' }, {}, /api_jwt contains characters/],
  ])('%j with %j is refused without showing them', (config, environment, sentence) => {
    const result = read(config, environment);
    expect(result.settings).toBeNull();
    expect(told(result)).toMatch(sentence);
    expect(told(result)).not.toMatch(/s3.?cret/);
  });

  test('the organisation', () => {
    expect(read({}).settings).not.toHaveProperty('orgId');
    expect(read({}, { ...KEY, TG_ORG_ID: 'o' }).settings?.orgId).toBe('o');
    expect(read({ org_id: 'p' }, { ...KEY, TG_ORG_ID: 'o' }).settings?.orgId).toBe('p');
  });
});

describe('values that are not known yet', () => {
  test.each<Partial<ProviderConfig>>([
    { api_host: UNKNOWN },
    { api_hosts: ['a', UNKNOWN] },
    { api_key_secret: UNKNOWN },
    { tls: UNKNOWN },
    { tls: { ...NO_TLS, ca_pem: UNKNOWN } },
  ])('%j is no error, and no settings', (config) => {
    expect(read(config, {})).toEqual({ settings: null, diagnostics: [] });
  });
});

describe('TLS', () => {
  test('PEM from files, from text, from the environment', () => {
    const ca = file('ca.pem', one.certificatePem);
    expect(tls({ ca_file: ca }).settings?.tls.ca).toBe(one.certificatePem);
    expect(tls({ ca_pem: two.certificatePem }, { ...KEY, TG_CA_FILE: ca }).settings?.tls.ca).toBe(two.certificatePem);
    expect(read({}, { ...KEY, TG_CA_FILE: ca }).settings?.tls.ca).toBe(one.certificatePem);
    expect(read({}, { ...KEY, TG_CA_FILE: '' }).settings?.tls).toEqual({ insecureSkipVerify: false });
    const pair = { cert_pem: one.certificatePem, key_file: file('key.pem', one.keyPem), server_name: 'n' };
    expect(tls(pair).settings?.tls).toMatchObject({ cert: one.certificatePem, key: one.keyPem, serverName: 'n' });
  });

  test.each<[object, RegExp]>([
    [{ ca_file: join(dir, 'none.pem') }, /^error tls\.ca_file File not readable: .*none\.pem.*ENOENT/],
    [{ ca_pem: 'hello' }, /^error tls\.ca_pem Not PEM: tls\.ca_pem should hold certificates/],
    [{ ca_pem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }, /Not PEM/],
    [{ ca_pem: one.certificatePem, ca_file: 'x' }, /both set/],
    [{ cert_pem: one.certificatePem }, /needs its key/],
    [{ key_pem: one.keyPem }, /needs its key/],
    [{ cert_pem: one.certificatePem, key_pem: two.keyPem }, /not the one of the certificate/],
    [{ cert_pem: one.certificatePem, key_pem: one.certificatePem }, /tls\.key_pem should hold a private key/],
  ])('%j is refused', (over, sentence) => {
    const result = tls(over);
    expect(result.settings).toBeNull();
    expect(told(result)).toMatch(sentence);
    expect(told(result)).not.toContain('PRIVATE KEY-----\n');
  });

  test('a file of the environment that cannot be read is named by its variable', () => {
    expect(told(read({}, { ...KEY, TG_CA_FILE: '/nowhere.pem' }))).toContain(
      'TG_CA_FILE (/nowhere.pem) cannot be read',
    );
  });

  test('insecure_skip_verify is warned of, loudly', () => {
    const result = tls({ insecure_skip_verify: true });
    expect(result.settings?.tls.insecureSkipVerify).toBe(true);
    expect(told(result)).toMatch(/^warning tls\.insecure_skip_verify TLS certificates are not verified/);
  });
});

describe('the provider block as Terraform sends it', () => {
  test.each<[Parameters<MiniCore<unknown>['configure']>[0], string]>([
    [{ api_host: 'http://gw-a' }, 'api_host: "http://gw-a" would send the credentials unencrypted'],
    [{ api_host: 'a', api_hosts: ['b'] }, 'only one of api_host and api_hosts'],
    [{ api_hosts: [] }, '1 to 16 elements'],
    [{ api_hosts: ['a', 'b/c'] }, 'api_hosts[1]: "b/c" has something behind the host'],
    [{ api_key_id: 'only' }, 'not api_key_secret'],
  ])('%j is refused', async (config, sentence) => {
    const { errors } = await new MiniCore(tgProvider, 'tg_node_interface').configure(config);
    expect(errors.join('\n')).toContain(sentence);
  });

  test('configuring touches no network', async () => {
    const told = await new MiniCore(tgProvider, 'tg_node_interface').configure({
      api_host: '192.0.2.1',
      api_jwt: 'j',
      org_id: 'o',
    });
    expect(told).toMatchObject({ errors: [], warnings: [] });
  });
});

import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeClusterKey } from './cluster-key';
import { credentialsFromFiles, credentialsFromKey, readClusterKey, speaksFor } from './credentials';
import { createTestCa, type TestCa } from './test-ca.fixture';

const SELF = { uid: 'uid-a', fqdn: 'gw-a.example.com' };
let dir: string;
let ca: TestCa;
beforeAll(async () => {
  ca = await createTestCa();
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tg-credentials-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const file = (name: string, text: string, mode = 0o600): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};
const files = async (issue: Parameters<TestCa['issue']>[1] = {}, mode = 0o600) => {
  const { cert, key } = await ca.issue(SELF.fqdn, issue);
  return {
    cert_file: file('cert.pem', cert, 0o644),
    key_file: file('key.pem', key, mode),
    ca_file: file('ca.pem', ca.cert, 0o644),
  };
};

test('the key form speaks for this uid and this fqdn, and for no other', () => {
  const { cert } = credentialsFromKey(makeClusterKey(), 'gw.example.com', SELF);
  const certificate = new X509Certificate(cert);
  expect(speaksFor('key', certificate, SELF)).toBe(true);
  expect(speaksFor('key', certificate, { ...SELF, uid: 'uid-b' })).toBe(false);
  expect(speaksFor('key', certificate, { ...SELF, uid: 'uid' })).toBe(false);
  expect(speaksFor('key', certificate, { ...SELF, fqdn: 'gw-b.example.com' })).toBe(false);
});

test('supplied files are taken; they speak for the names in them, wildcards not counted', async () => {
  const credentials = await credentialsFromFiles(await files(), SELF);
  expect(credentials.form).toBe('files');
  expect(speaksFor('files', new X509Certificate(credentials.cert), SELF)).toBe(true);
  const wild = new X509Certificate((await ca.issue('*.example.com')).cert);
  expect(speaksFor('files', wild, SELF)).toBe(false);
});

test('a private key that others may read is refused with the command that mends it', async () => {
  await expect(credentialsFromFiles(await files({}, 0o640), SELF)).rejects.toThrow(
    /cluster\.tls\.key_file .*key\.pem is open to others \(mode 0640\); run: chmod 600 /,
  );
  const path = file('cluster.key', makeClusterKey(), 0o644);
  await expect(readClusterKey('cluster.key_file', path)).rejects.toThrow(/cluster\.key_file .*mode 0644.*chmod 600/);
  chmodSync(path, 0o600);
  await expect(readClusterKey('cluster.key_file', path)).resolves.toMatch(/^tgk1_/);
});

test('a mistyped key in a file is refused with the name of the file', async () => {
  const path = file('cluster.key', makeClusterKey().slice(0, -1));
  await expect(readClusterKey('cluster.key_file', path)).rejects.toThrow(
    /cluster\.key_file .*: the cluster key has 52/,
  );
});

test.each([
  ['cert_file', /cannot read cluster\.tls\.cert_file \(ENOENT/],
  ['key_file', /cannot read cluster\.tls\.key_file \(ENOENT/],
  ['ca_file', /cannot read cluster\.tls\.ca_file \(ENOENT/],
] as const)('a missing %s is named', async (field, sentence) => {
  await expect(credentialsFromFiles({ ...(await files()), [field]: join(dir, 'none') }, SELF)).rejects.toThrow(
    sentence,
  );
});

test('files that hold something else, or do not belong together, are refused', async () => {
  const good = await files();
  const text = file('text', 'hello');
  await expect(credentialsFromFiles({ ...good, cert_file: text }, SELF)).rejects.toThrow(/cert_file .* no certificate/);
  await expect(credentialsFromFiles({ ...good, ca_file: text }, SELF)).rejects.toThrow(/ca_file .* no certificate/);
  await expect(credentialsFromFiles({ ...good, key_file: text }, SELF)).rejects.toThrow(/key_file .* no private key/);
  const other = file('other.pem', (await ca.issue(SELF.fqdn)).key);
  await expect(credentialsFromFiles({ ...good, key_file: other }, SELF)).rejects.toThrow(/is not the key of/);
});

test('a certificate that the peer would refuse is refused here already', async () => {
  await expect(credentialsFromFiles(await files(), { ...SELF, fqdn: 'gw-x.example.com' })).rejects.toThrow(
    /does not carry this node's name gw-x\.example\.com .*DNS:gw-a\.example\.com.*issue one with DNS:gw-x/,
  );
  await expect(credentialsFromFiles(await files({ usage: ['serverAuth'] }), SELF)).rejects.toThrow(
    /not for client and server at once.*serverAuth and clientAuth/,
  );
  const ended = await files({ notAfter: new Date('2020-01-02') });
  await expect(credentialsFromFiles(ended, SELF)).rejects.toThrow(/ended on Jan {2}2 .*renew it/);
});

import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeIdentity } from './certificate';

const openssl = (args: readonly string[], input?: string) =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe', ...(input === undefined ? {} : { input }) });

test('OpenSSL reads in it what go-plugin’s own template says', () => {
  const text = openssl(['x509', '-noout', '-text'], makeIdentity('terraform-provider-test').certificatePem);
  for (const part of [
    'Version: 3 (0x2)',
    'Signature Algorithm: ecdsa-with-SHA256',
    'Issuer: O = terraform-provider-test, CN = localhost',
    'Subject: O = terraform-provider-test, CN = localhost',
    'NIST CURVE: P-256',
    'CA:TRUE',
    'Digital Signature, Key Encipherment, Key Agreement, Certificate Sign',
    'TLS Web Server Authentication, TLS Web Client Authentication',
    'DNS:localhost',
  ])
    expect(text).toContain(part);
  expect(text.match(/: critical/g)).toHaveLength(2);
});

test('OpenSSL takes it for a root, and for a server named localhost that this root vouches for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  try {
    const file = join(folder, 'pem');
    const other = join(folder, 'other');
    writeFileSync(file, makeIdentity('a').certificatePem);
    writeFileSync(other, makeIdentity('b').certificatePem);
    const verify = (root: string) =>
      openssl([
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-verify_hostname',
        'localhost',
        '-CAfile',
        root,
        file,
      ]);
    expect(verify(file)).toContain('OK');
    expect(() => verify(other)).toThrow();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('it begins shortly before now and lasts a year; after 2049 dates have four digits for the year', () => {
  const dates = (now: string) => {
    const { validFrom, validTo } = new X509Certificate(makeIdentity('x', new Date(now)).certificate);
    return [validFrom, validTo].map((date) => new Date(date).toISOString());
  };
  expect(dates('2026-11-23T12:00:00Z')).toEqual(['2026-11-23T11:59:30.000Z', '2027-11-23T12:00:00.000Z']);
  expect(dates('2049-06-01T00:00:00Z')).toEqual(['2049-05-31T23:59:30.000Z', '2050-06-01T00:00:00.000Z']);
});

test('every one of many is well formed, has its own serial number, and belongs to its key', () => {
  const serials = new Set<string>();
  for (let i = 0; i < 100; i++) {
    const identity = makeIdentity('x'.repeat(i));
    const certificate = new X509Certificate(identity.certificatePem);
    expect(certificate.raw.equals(identity.certificate)).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(identity.keyPem))).toBe(true);
    // Names of every length: among the PEM bodies are those that end with a full line, which must not be followed by a blank one.
    expect(identity.certificatePem).not.toContain('\n\n');
    serials.add(certificate.serialNumber);
  }
  expect(serials.size).toBe(100);
});

import { X509Certificate } from 'node:crypto';
import 'reflect-metadata';
import { X509Certificate as Independent } from '@peculiar/x509';
import { deriveCa, issueLeaf } from './certificate';
import { makeClusterKey, parseClusterKey } from './cluster-key';

const secret = parseClusterKey(makeClusterKey());
const MEMBER = { uid: '5d0f-a', fqdn: 'gw-a.example.com' };

test('both members make the same CA of the same key and cluster; another key or cluster gives another', () => {
  const ca = deriveCa(secret, 'gw.example.com');
  expect(deriveCa(secret, 'gw.example.com').pem).toBe(ca.pem);
  const others = [deriveCa(secret, 'gw2.example.com'), deriveCa(parseClusterKey(makeClusterKey()), 'gw.example.com')];
  for (const other of others) {
    const leaf = new X509Certificate(issueLeaf(other, MEMBER).cert);
    expect(leaf.verify(new X509Certificate(other.pem).publicKey)).toBe(true);
    expect(leaf.verify(new X509Certificate(ca.pem).publicKey)).toBe(false);
  }
});

test('a leaf names the member, is for client and server, is no CA, and has a key of its own each time', () => {
  const ca = deriveCa(secret, 'gw.example.com');
  const { cert, key } = issueLeaf(ca, MEMBER);
  const leaf = new X509Certificate(cert);
  const root = new X509Certificate(ca.pem);
  expect(root.ca).toBe(true);
  expect(leaf.ca).toBe(false);
  expect(leaf.checkIssued(root)).toBe(true);
  expect(leaf.subjectAltName).toBe('DNS:gw-a.example.com, URI:urn:tg:node:5d0f-a');
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  expect(leaf.validTo).toBe('Dec 31 23:59:59 9999 GMT');
  expect(issueLeaf(ca, MEMBER).key).not.toBe(key);
});

test('an independent reader finds the same in it', async () => {
  const ca = deriveCa(secret, 'gw.example.com');
  const leaf = new Independent(issueLeaf(ca, MEMBER).cert);
  expect(leaf.issuer).toBe('O=tg cluster key, CN=gw.example.com');
  expect(leaf.subject).toBe('CN=5d0f-a');
  expect(leaf.notBefore.toISOString()).toBe('2000-01-01T00:00:00.000Z');
  expect(leaf.notAfter.toISOString()).toBe('9999-12-31T23:59:59.000Z');
  expect(await leaf.verify({ publicKey: new Independent(ca.pem).publicKey, signatureOnly: true })).toBe(true);
});

test('the longest names there are fit', () => {
  const cluster = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
  const ca = deriveCa(secret, cluster);
  const leaf = new X509Certificate(issueLeaf(ca, { uid: 'u'.repeat(64), fqdn: cluster }).cert);
  expect(leaf.issuer).toBe(`O=tg cluster key\nCN=${cluster}`);
  expect(leaf.checkHost(cluster)).toBe(cluster);
  expect(leaf.verify(new X509Certificate(ca.pem).publicKey)).toBe(true);
});

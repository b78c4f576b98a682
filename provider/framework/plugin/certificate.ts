import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { bitString, boolean, element, integer, octetString, oid, sequence, set, time, utf8String } from './der';

/** A key and its self-signed certificate, for one process. */
export interface Identity {
  readonly certificate: Uint8Array;
  /** The certificate again, as text for `node:tls`. */
  readonly certificatePem: string;
  readonly keyPem: string;
}

const DAY = 24 * 60 * 60 * 1000;
const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

/**
 * Makes the throw-away identity that go-plugin's automatic mutual TLS asks for: the client trusts exactly this certificate, as a root,
 * for the name `localhost`. P-256, because a key of it is made in a millisecond.
 */
export function makeIdentity(organization: string, now = new Date()): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(attribute('2.5.4.10', organization), attribute('2.5.4.3', 'localhost'));
  const toBeSigned = sequence(
    element(0xa0, integer(Buffer.from([2]))), // version 3
    integer(serialNumber()),
    ECDSA_WITH_SHA256,
    name,
    // The client's clock is this machine's, but may be stepped back a little between the two readings.
    sequence(time(new Date(now.getTime() - 30_000)), time(new Date(now.getTime() + 365 * DAY))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(...extensions())),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, ECDSA_WITH_SHA256, bitString(signature));
  return {
    certificate,
    certificatePem: pem('CERTIFICATE', certificate),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

function extensions(): Buffer[] {
  const critical = boolean(true);
  return [
    sequence(oid('2.5.29.19'), critical, octetString(sequence(boolean(true)))), // it is its own root: CA
    // digitalSignature, keyEncipherment, keyAgreement, keyCertSign: bits 0, 2, 4 and 5
    sequence(oid('2.5.29.15'), critical, octetString(bitString(Buffer.from([0b1010_1100]), 2))),
    sequence(oid('2.5.29.37'), octetString(sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2')))), // server, client
    sequence(oid('2.5.29.17'), octetString(sequence(element(0x82, Buffer.from('localhost'))))), // DNS:localhost
  ];
}

function attribute(type: string, value: string): Buffer {
  return set(sequence(oid(type), utf8String(value)));
}

/** Positive and never zero: 127 random bits below a leading one would do, 120 behind a fixed byte read better in a dump. */
function serialNumber(): Buffer {
  return Buffer.concat([Buffer.from([1]), randomBytes(15)]);
}

/** Lines of 64 characters, and none of them empty: OpenSSL refuses a blank line where the length is a multiple of 64. */
function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { bitString, element, integer, octetString, oid, sequence, set, shortTime, time, TRUE, utf8String } from './der';
import type { Member } from './types';

/** The organisation in the issuer's name of every certificate made from a cluster key; the common name is the cluster. */
export const KEY_ISSUER = 'tg cluster key';

/** How a certificate of ours names a node's uid. */
export const nodeUri = (uid: string): string => `urn:tg:node:${uid}`;

const ED25519 = sequence(oid('1.3.101.112'));
/** PKCS #8 of an Ed25519 key, up to its 32 bytes. */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
/**
 * For ever, as RFC 5280 spells it. Whoever has the cluster key can make certificates, so an end date would protect
 * nothing, and a clock that is wrong after a boot must not stand between two members.
 */
const VALIDITY = sequence(shortTime('000101000000Z'), time('99991231235959Z'));
const CLIENT_AND_SERVER = sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'));

/** What both members make of the same cluster key and fqdn, and nobody else can: the same CA, bit by bit. */
export interface ClusterCa {
  key: KeyObject;
  name: Buffer;
  pem: string;
}

/** The CA of the cluster with this secret and fqdn. Another fqdn gives another CA, so one key serves one cluster. */
export function deriveCa(secret: Uint8Array, cluster: string): ClusterCa {
  const seed = hkdfSync('sha256', secret, 'tg cluster link 1', `ca ${cluster}`, 32);
  const key = createPrivateKey({
    key: Buffer.concat([ED25519_PKCS8, Buffer.from(seed)]),
    format: 'der',
    type: 'pkcs8',
  });
  const name = sequence(attribute('2.5.4.10', KEY_ISSUER), attribute('2.5.4.3', cluster));
  const der = certificate({
    serial: Buffer.from([1]),
    issuer: { name, key },
    subject: name,
    publicKey: createPublicKey(key),
    extensions: [
      extension('2.5.29.19', true, sequence(TRUE, integer(Buffer.from([0])))), // a CA, of leaves only
      extension('2.5.29.15', true, bitString(Buffer.from([0b0000_0100]), 2)), // keyCertSign
    ],
  });
  return { key, name, pem: pem('CERTIFICATE', der) };
}

/** A fresh key and certificate for one process of this member: client and server at once, naming its uid and fqdn. */
export function issueLeaf(ca: ClusterCa, { uid, fqdn }: Member): { cert: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const der = certificate({
    serial: Buffer.concat([Buffer.from([1]), randomBytes(15)]),
    issuer: ca,
    subject: sequence(attribute('2.5.4.3', uid)),
    publicKey,
    extensions: [
      extension('2.5.29.15', true, bitString(Buffer.from([0b1000_0000]), 7)), // digitalSignature
      extension('2.5.29.37', false, CLIENT_AND_SERVER),
      extension(
        '2.5.29.17',
        false,
        sequence(element(0x82, Buffer.from(fqdn)), element(0x86, Buffer.from(nodeUri(uid)))),
      ),
    ],
  });
  return { cert: pem('CERTIFICATE', der), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}

interface Shape {
  serial: Buffer;
  issuer: { name: Buffer; key: KeyObject };
  subject: Buffer;
  publicKey: KeyObject;
  extensions: Buffer[];
}

function certificate({ serial, issuer, subject, publicKey, extensions }: Shape): Buffer {
  const toBeSigned = sequence(
    element(0xa0, integer(Buffer.from([2]))), // version 3
    integer(serial),
    ED25519,
    issuer.name,
    VALIDITY,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(...extensions)),
  );
  return sequence(toBeSigned, ED25519, bitString(sign(null, toBeSigned, issuer.key)));
}

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [TRUE] : []), octetString(value));

const attribute = (id: string, value: string): Buffer => set(sequence(oid(id), utf8String(value)));

/** Lines of 64 characters, and none of them empty. */
function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

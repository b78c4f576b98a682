import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { deriveCa, issueLeaf, nodeUri } from './certificate';
import { parseClusterKey } from './cluster-key';
import { readPrivateFile } from './private-file';
import type { Member } from './types';

/** What a link shows of itself and asks of its peer, whichever of the two forms it came from. */
export interface Credentials {
  /** `key`: the shared cluster key; `files`: certificates supplied by their owner. */
  form: 'key' | 'files';
  /** PEM: this node's certificate (chain) and its private key. */
  cert: string;
  key: string;
  /** PEM: whom a peer's certificate must chain to. */
  ca: string;
}

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** Credentials from the shared cluster key, as text. Throws a sentence about a mistyped key. */
export function credentialsFromKey(key: string, cluster: string, self: Member): Credentials {
  const ca = deriveCa(parseClusterKey(key), cluster);
  return { form: 'key', ...issueLeaf(ca, self), ca: ca.pem };
}

/** The cluster key in a file of its own. Rejects with a sentence when it is mistyped, or readable for others. */
export async function readClusterKey(field: string, path: string): Promise<string> {
  const text = (await readPrivateFile(field, path)).trim();
  try {
    parseClusterKey(text);
  } catch (cause) {
    throw new Error(`${field} ${path}: ${(cause as Error).message}`, { cause });
  }
  return text;
}

/**
 * Credentials from certificates of the owner's own CA. Rejects with a sentence when a file cannot be read, the key is
 * readable for others or not the certificate's, or the certificate would not be accepted by the peer.
 */
export async function credentialsFromFiles(
  files: { cert_file: string; key_file: string; ca_file: string },
  self: Member,
  now = new Date(),
): Promise<Credentials> {
  const read = (field: keyof typeof files) =>
    readFile(files[field], 'utf8').catch((cause: unknown) => {
      const why = (cause as Error).message;
      throw new Error(`cannot read cluster.tls.${field} (${why}); name a PEM file that this daemon can read`, {
        cause,
      });
    });
  const [cert, key, ca] = await Promise.all([
    read('cert_file'),
    readPrivateFile('cluster.tls.key_file', files.key_file),
    read('ca_file'),
  ]);
  const certificate = parse('cert_file', files.cert_file, cert);
  parse('ca_file', files.ca_file, ca);
  const named = `the certificate in cluster.tls.cert_file ${files.cert_file}`;
  const privateKey = parseKey(files.key_file, key);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Error(
      `cluster.tls.key_file ${files.key_file} is not the key of ${named}; name the key that it was issued for`,
    );
  }
  if (!speaksForName(certificate, self.fqdn)) {
    throw new Error(
      `${named} does not carry this node's name ${self.fqdn} (subject alternative names: ` +
        `${certificate.subjectAltName ?? 'none'}); issue one with DNS:${self.fqdn}`,
    );
  }
  const usages = certificate.keyUsage as string[] | undefined;
  if (usages !== undefined && !(usages.includes(SERVER_AUTH) && usages.includes(CLIENT_AUTH))) {
    throw new Error(
      `${named} is not for client and server at once, and a member is both; issue one with the extended key usages ` +
        `serverAuth and clientAuth`,
    );
  }
  if (new Date(certificate.validTo) < now) {
    throw new Error(`${named} ended on ${certificate.validTo}; renew it`);
  }
  return { form: 'files', cert, key, ca };
}

/** Whether a certificate whose chain was verified speaks for that member. */
export function speaksFor(form: Credentials['form'], certificate: X509Certificate, { uid, fqdn }: Member): boolean {
  if (!speaksForName(certificate, fqdn)) return false;
  if (form === 'files') return true; // its owner knows of names, not of uids
  const names = certificate.subjectAltName ?? '';
  // Node quotes an entry that could be mistaken for several; ours never need it.
  return !names.includes('"') && names.split(', ').includes(`URI:${nodeUri(uid)}`);
}

const speaksForName = (certificate: X509Certificate, fqdn: string): boolean =>
  certificate.checkHost(fqdn, { subject: 'never', wildcards: false }) !== undefined;

function parse(field: string, path: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new Error(
      `cluster.tls.${field} ${path} is no certificate in PEM (-----BEGIN CERTIFICATE-----); name one that is`,
      { cause },
    );
  }
}

function parseKey(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new Error(`cluster.tls.key_file ${path} is no private key in PEM without a passphrase; name one that is`, {
      cause,
    });
  }
}

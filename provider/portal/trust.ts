import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import type { TlsSettings } from './settings';

/** Where Linux distributions and BSDs keep the system's trusted certificates, most common first. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** `SSL_CERT_FILE` cannot be used. */
export class TrustError extends Error {
  override readonly name = 'TrustError';
}

/**
 * The certificates to trust, as PEM: the provider's own setting, else `SSL_CERT_FILE`, else the system's bundle. Undefined
 * leaves the choice to the runtime's built-in list. Spelled out, because Node reads neither file and Bun reads both.
 * @throws TrustError when `SSL_CERT_FILE` names a file that cannot be read.
 */
export function trustedCertificates(
  settings: TlsSettings,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (settings.ca !== undefined) return settings.ca;
  const named = environment.SSL_CERT_FILE;
  if (named !== undefined && named !== '') {
    try {
      return readFileSync(named, 'utf8');
    } catch (error) {
      throw new TrustError(
        `The environment variable SSL_CERT_FILE names ${named}, which cannot be read (${(error as Error).message}). ` +
          'Correct or unset it.',
        { cause: error },
      );
    }
  }
  for (const file of SYSTEM_BUNDLES) {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      // Not this system's place; the next one may be.
    }
  }
  return undefined;
}

/** The TLS context of every connection, made once: parsing a system's bundle takes several milliseconds. */
export function secureContext(
  settings: TlsSettings,
  environment: Readonly<Record<string, string | undefined>>,
): tls.SecureContext {
  const ca = settings.insecureSkipVerify === true ? undefined : trustedCertificates(settings, environment);
  return tls.createSecureContext({
    minVersion: 'TLSv1.2',
    ...(ca !== undefined && { ca }),
    ...(settings.cert !== undefined && { cert: settings.cert }),
    ...(settings.key !== undefined && { key: settings.key }),
  });
}

import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { X509Certificate } from 'node:crypto';
import type { Credentials } from './credentials';

/** What is spoken on a connection. */
export const ALPN_LINK = 'tg-cluster/1';
export const ALPN_HTTP = 'http/1.1';

/** Both ends are ours: nothing older than TLS 1.3. */
export const tlsOptions = ({ cert, key, ca }: Credentials): SecureContextOptions => ({
  cert,
  key,
  ca,
  minVersion: 'TLSv1.3',
});

/** The other side's certificate when it verified; else what was wrong, for a sentence. */
export function verified(
  socket: TLSSocket,
): { certificate: X509Certificate } | { refused: { code: string; issuer: string } | null } {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { refused: null };
  if (socket.authorized) return { certificate };
  // The types say Error; it is the code of OpenSSL's verification.
  const code = String(socket.authorizationError);
  return { refused: { code, issuer: certificate.issuer } };
}

import { createHash, timingSafeEqual } from 'node:crypto';
import { TOKEN_SCHEME } from '@tg/api';

/** A key of the API: its name, and the SHA-256 of its secret in hexadecimal. */
export interface ApiToken {
  id: string;
  secret_sha256: string;
}

/** Who asks, or why the request is not answered (a sentence for the 401). */
export type Authenticated = { ok: true; id: string } | { ok: false; message: string };

/** Never equal to the hash of anything: compared with when the id is unknown, so that both take the same time. */
const NOBODY = Buffer.alloc(32);

/** Judges an `Authorization` header. Secrets are compared by hash in constant time, unknown ids like wrong secrets. */
export function authenticate(header: string | undefined, tokens: readonly ApiToken[]): Authenticated {
  if (header === undefined || header === '') {
    return {
      ok: false,
      message: `send Authorization: ${TOKEN_SCHEME} ID:SECRET (an API key that tg-node init printed)`,
    };
  }
  const [scheme = '', credentials = ''] = header.trim().split(/\s+/, 2);
  if (scheme.toLowerCase() === 'bearer') {
    return {
      ok: false,
      message: `this node takes API keys (${TOKEN_SCHEME} ID:SECRET), not the portal's bearer tokens`,
    };
  }
  if (scheme !== TOKEN_SCHEME) {
    return { ok: false, message: `the authorization scheme must be ${TOKEN_SCHEME}` };
  }
  const [id = '', ...rest] = credentials.split(':');
  const token = tokens.find((one) => one.id === id);
  const given = createHash('sha256').update(rest.join(':')).digest();
  const expected = token === undefined ? NOBODY : Buffer.from(token.secret_sha256, 'hex');
  const same = timingSafeEqual(given, expected) && token !== undefined;
  return same
    ? { ok: true, id }
    : { ok: false, message: 'this API key is not known here: the id or the secret is wrong' };
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { OWN_SECRET_LENGTH, ownSecret } from './own-secret';

const PREFIX = 'tgk1_';
const KEY_BYTES = 32;
const CHECK_BYTES = 4;
const SHAPE = /^tgk1_[A-Za-z0-9_-]{48}$/;

/** A new shared cluster key: `tgk1_` and 48 characters, four bytes of which are a checksum against typing errors. */
export function makeClusterKey(): string {
  const secret = randomBytes(KEY_BYTES);
  return PREFIX + Buffer.concat([secret, checksum(secret)]).toString('base64url');
}

/** The 32 bytes of a key that a person may have typed, or of a secret of their own (own-secret.ts). Throws a sentence, which does not repeat the key. */
export function parseClusterKey(text: string): Buffer {
  const key = text.trim();
  if (!key.startsWith(PREFIX)) {
    const own = ownSecret(key);
    if (own !== null) return own;
    throw new Error(
      `the cluster key does not begin with ${PREFIX}; copy it from the other member (tg-node init --cluster makes one), ` +
        `or use a secret of your own of ${OWN_SECRET_LENGTH} to 512 printable characters without blanks`,
    );
  }
  if (!SHAPE.test(key)) {
    throw new Error(
      `the cluster key has ${key.length} characters instead of ${PREFIX.length + 48}, or one that no key has ` +
        `(letters, digits, - and _ only); copy it whole from the other member`,
    );
  }
  const bytes = Buffer.from(key.slice(PREFIX.length), 'base64url');
  const secret = bytes.subarray(0, KEY_BYTES);
  if (!timingSafeEqual(bytes.subarray(KEY_BYTES), checksum(secret))) {
    throw new Error('the cluster key is mistyped (its checksum does not match); copy it again from the other member');
  }
  return secret;
}

function checksum(secret: Buffer): Buffer {
  return createHash('sha256').update(PREFIX).update(secret).digest().subarray(0, CHECK_BYTES);
}

import { createHash } from 'node:crypto';

/** With fewer characters a secret that a person thought of could be guessed by whoever recorded one handshake. */
export const OWN_SECRET_LENGTH = 32;
const SHAPE = /^[\x21-\x7e]{32,512}$/;

/**
 * The 32 bytes of a cluster key that `tg-node` did not make: any 32 to 512 printable ASCII characters without blanks, such as Terraform's
 * `random_password` gives. Null for other texts. Unlike a key of ours it has no checksum: one that is mistyped is just another key.
 */
export function ownSecret(text: string): Buffer | null {
  return SHAPE.test(text) ? createHash('sha256').update('tg cluster key\0').update(text).digest() : null;
}

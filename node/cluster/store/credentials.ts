import { readFile, stat } from 'node:fs/promises';
import type { ClusterSection } from '../../cluster-section';
import type { ClusterCredentials } from './membership';

/** Fewer could be guessed by whoever records one handshake. `tg-node init --cluster` makes 43. */
const MIN_KEY_LENGTH = 16;
const MAX_KEY_LENGTH = 512;

/** What is wrong with a cluster key, as the rest of a sentence; null: nothing. It never shows the key. */
export function keyComplaint(key: string): string | null {
  if (key.length < MIN_KEY_LENGTH) {
    return `has ${key.length} characters; it needs at least ${MIN_KEY_LENGTH} (tg-node init --cluster makes a good one)`;
  }
  if (key.length > MAX_KEY_LENGTH) return `has ${key.length} characters; it may have at most ${MAX_KEY_LENGTH}`;
  if (!/^[\x21-\x7e]+$/.test(key)) return 'must be printable ASCII without blanks';
  return null;
}

/** The key or certificates that `cluster` of node.yaml names. Rejects with a sentence that names field and file. */
export async function readCredentials(
  { key_file, tls }: Pick<ClusterSection, 'key_file' | 'tls'>,
  onWarning: (message: string) => void,
): Promise<ClusterCredentials> {
  if (tls !== undefined) {
    const [cert, key, ca] = await Promise.all([
      read('tls.cert_file', tls.cert_file),
      read('tls.key_file', tls.key_file),
      read('tls.ca_file', tls.ca_file),
    ]);
    return { cert, key, ca };
  }
  const path = key_file ?? '';
  const key = (await read('key_file', path)).trim();
  const complaint = keyComplaint(key);
  if (complaint !== null) throw new Error(`the cluster key in ${path} (cluster.key_file) ${complaint}.`);
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) onWarning(`others than its owner may read the cluster key in ${path}: chmod 600 '${path}'`);
  return { key };
}

async function read(field: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `cannot read cluster.${field} (${why}); tg-node init --cluster or tg-node join puts a cluster key there`,
      { cause },
    );
  }
}

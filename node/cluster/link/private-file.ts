import { open } from 'node:fs/promises';

/** More than any key has. */
const MAX_BYTES = 64 * 1024;

/**
 * The text of a file that only its owner may read. Rejects with a sentence that names `field` when it cannot be read
 * or others may read or write it: a key that others know is no key.
 */
export async function readPrivateFile(field: string, path: string): Promise<string> {
  const cannotRead = (cause: unknown) => {
    const why = (cause as Error).message;
    return new Error(`cannot read ${field} (${why}); name a file that this daemon can read`, { cause });
  };
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw cannotRead(cause);
  });
  try {
    const { mode, size } = await file.stat(); // of what was opened: a path may lead elsewhere a moment later
    if ((mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0');
      throw new Error(`${field} ${path} is open to others (mode ${octal}); run: chmod 600 ${path}`);
    }
    if (size > MAX_BYTES) throw new Error(`${field} ${path} has ${size} bytes, which no key has; name the key's file`);
    return await file.readFile('utf8').catch((cause: unknown) => {
      throw cannotRead(cause);
    });
  } finally {
    await file.close();
  }
}

import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreError } from './config-store';

/**
 * Replaces a file so that after a crash or power cut at any moment either the old or the new text is there, whole.
 * Resolves when the new text would survive. Rejects with a StoreError `disk`, having changed nothing.
 * One caller at a time per path. Not npm's write-file-atomic: that one takes a short write on a full disk for success.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  try {
    // Left by a crash; opened exclusively so that a planted link is never followed.
    await rm(temporary, { force: true });
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      // Root may edit the file of a daemon that is not root: it stays the owner of the folder's.
      const { uid, gid } = await stat(dirname(path));
      if (process.getuid?.() === 0 && (uid !== 0 || gid !== 0)) await file.chown(uid, gid);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw diskError(path, cause);
  }
}

/** Makes renames and new names in a folder survive a power cut. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** A failed disk operation as a sentence. */
export function diskError(path: string, cause: unknown): StoreError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const hints: Record<string, string> = {
    ENOSPC: 'the disk is full; free some space and write again',
    EDQUOT: 'the disk quota is used up; free some space and write again',
    EROFS: 'the file system is read-only',
    EACCES: 'the daemon may not write there; check the owner of data_dir',
    EPERM: 'the daemon may not write there; check the owner of data_dir',
    ENOENT: 'the folder does not exist',
  };
  const hint = hints[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new StoreError('disk', `cannot write ${path}: ${hint}. Nothing was changed.`, { cause });
}

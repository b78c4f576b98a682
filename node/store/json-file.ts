import { access, readFile } from 'node:fs/promises';
import type * as z from 'zod';
import { StoreError } from './config-store';
import { diskError, writeDurably } from './durable-file';

/** A JSON document in a file of its own, with a second copy beside it against rot. */
export interface JsonFile<T> {
  /**
   * What is stored; null when nothing ever was. Rejects with a StoreError `corrupt` that says how to recover when the
   * file is damaged, or is missing although its second copy shows that it was there.
   */
  load(): Promise<T | null>;
  /** Resolves when the value would survive a power cut. Rejects with a StoreError `disk`, having changed nothing. */
  save(value: T): Promise<void>;
}

/** The document at `path`, of the given shape. `onCopyFailed` hears when only the second copy could not be written. */
export function jsonFile<T>(path: string, schema: z.ZodType<T>, onCopyFailed: (error: Error) => void): JsonFile<T> {
  const copy = `${path}.last-good`;
  let last: Promise<unknown> = Promise.resolve();

  const read = async (from: string): Promise<T | null> => {
    let text: string;
    try {
      text = await readFile(from, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw diskError(from, cause);
    }
    const value: unknown = JSON.parse(text);
    schema.parse(value); // what is returned keeps its order of keys: the ETag depends on it
    return value as T;
  };

  const save = async (value: T): Promise<void> => {
    const text = `${JSON.stringify(value, null, 2)}\n`;
    await writeDurably(path, text);
    await writeDurably(copy, text).catch(onCopyFailed);
  };

  return {
    async load() {
      let value: T | null;
      try {
        value = await read(path);
      } catch (cause) {
        if (cause instanceof StoreError) throw cause;
        throw new StoreError('corrupt', await corruptMessage(path, copy, cause, read), { cause });
      }
      if (value === null && (await exists(copy))) throw new StoreError('corrupt', missingMessage(path, copy));
      return value;
    },
    save(value) {
      const done = last.then(() => save(value));
      last = done.catch(() => undefined);
      return done;
    },
  };
}

/** A save writes the file first, so a copy alone means that somebody removed the file. */
async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw diskError(path, cause);
  }
}

function missingMessage(path: string, copy: string): string {
  return (
    `${path} is missing, but its last good copy ${copy} is there. ` +
    `To use it: cp -p '${copy}' '${path}', then start again. ` +
    `To start with nothing stored instead: mv '${copy}' '${copy}.old', then start again.`
  );
}

async function corruptMessage(
  path: string,
  copy: string,
  cause: unknown,
  read: (from: string) => Promise<unknown>,
): Promise<string> {
  const reason =
    cause instanceof SyntaxError ? `it is not JSON (${cause.message})` : 'it does not have the expected shape';
  const usable = await read(copy).then(
    (value) => value !== null,
    () => false,
  );
  const way = usable
    ? `The last good copy is ${copy}. To use it: mv '${path}' '${path}.corrupt' && cp -p '${copy}' '${path}', then start again.`
    : `There is no usable copy beside it (${copy}). To start with nothing stored: mv '${path}' '${path}.corrupt'; rm -f '${copy}', then start again and run terraform apply.`;
  return `${path} is damaged: ${reason}. ${way}`;
}

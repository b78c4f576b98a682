import { join } from 'node:path';
import * as z from 'zod';
import { jsonFile } from './json-file';

const Seen = z.object({ format: z.literal(1), instanceId: z.string().min(1) });

/** Where {@link guardInstance} remembers the instance, inside data_dir. */
export const INSTANCE_FILE = 'instance.json';

/**
 * Remembers which instance the folder belongs to, and rejects with a sentence on any other: an image of this disk that
 * started as a second instance would have the uid, the ledger and the terms of the first one, and take its addresses.
 * `instanceId` null: nobody could say; then nothing is compared.
 */
export async function guardInstance(
  dataDir: string,
  instanceId: string | null,
  onWarning: (message: string) => void,
): Promise<void> {
  if (instanceId === null) return;
  const path = join(dataDir, INSTANCE_FILE);
  const file = jsonFile(path, Seen, (error) => onWarning(error.message));
  const seen = await file.load();
  if (seen === null) return file.save({ format: 1, instanceId });
  if (seen.instanceId === instanceId) return;
  throw new Error(
    `${dataDir} belongs to the instance ${seen.instanceId}, but this is ${instanceId}: it came here with an image or a copied disk, ` +
      `and a node with the same uid may still run there. To make a node of its own here: rm -r '${dataDir}', remove node.yaml, ` +
      `tg-node init. If ${seen.instanceId} is gone for good and this instance takes its place: rm '${path}' '${path}.last-good', then start again.`,
  );
}

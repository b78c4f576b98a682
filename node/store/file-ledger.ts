import { join } from 'node:path';
import * as z from 'zod';
import type { LedgerPort } from '../reconciler/ports';
import { jsonFile } from './json-file';

const Ledger = z.object({
  format: z.literal(1),
  entries: z.array(
    z.object({
      address: z.string(),
      nic: z.string(),
      eniId: z.string(),
      state: z.enum(['intent', 'confirmed']),
    }),
  ),
});

/** Where {@link fileLedger} keeps the ledger, inside data_dir. */
export const LEDGER_FILE = 'ledger.json';

/** The ledger in `data_dir/ledger.json`. `load` rejects with a StoreError `corrupt` when the file is damaged. */
export function fileLedger(dataDir: string, onWarning: (message: string) => void): LedgerPort {
  const file = jsonFile(join(dataDir, LEDGER_FILE), Ledger, (error) => onWarning(error.message));
  return {
    load: async () => (await file.load())?.entries ?? [],
    save: (entries) => file.save({ format: 1, entries: [...entries] }),
  };
}

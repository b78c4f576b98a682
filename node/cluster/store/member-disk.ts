import { join } from 'node:path';
import * as z from 'zod';
import { jsonFile } from '../../store/json-file';
import type { MemberDisk } from '../ports';

const Record = z.object({
  format: z.literal(1),
  /** Terms are counted per cluster: a node that joins another one starts without. */
  cluster: z.string(),
  term: z.object({ number: z.int().min(1), uid: z.string() }).nullable(),
  released: z.boolean(),
  reserved: z.int().min(0),
  honoured: z.string().nullable(),
});

/** Where {@link fileMemberDisk} keeps the record, inside data_dir. */
export const MEMBER_FILE = 'member.json';

/** The member's record of this cluster in `data_dir/member.json`. `load` rejects with a StoreError `corrupt` when it is damaged. */
export function fileMemberDisk(dataDir: string, cluster: string, onWarning: (message: string) => void): MemberDisk {
  const file = jsonFile(join(dataDir, MEMBER_FILE), Record, (error) => onWarning(error.message));
  return {
    async load() {
      const stored = await file.load();
      if (stored === null) return null;
      const { term, released, reserved, honoured } = stored;
      // No two claims of this uid ever share a number, whatever the cluster.
      if (stored.cluster !== cluster) return { term: null, released: false, reserved, honoured: null };
      return { term, released, reserved, honoured };
    },
    save: (record) => file.save({ format: 1, cluster, ...record }),
  };
}

import { join } from 'node:path';
import * as z from 'zod';
import { jsonFile } from '../store/json-file';

const KnownNic = z.object({
  nic: z.string(),
  mac: z.string().nullable(),
  eniId: z.string(),
  subnetId: z.string(),
  subnetCidr: z.string(),
  primary: z.string(),
  gateway: z.string(),
  vpcCidrs: z.array(z.string()),
  region: z.string().nullable(),
});

/** What was discovered of a NIC, with the region of its instance. */
export type KnownNic = z.infer<typeof KnownNic>;

const Cache = z.object({ format: z.literal(1), nics: z.array(KnownNic) });

/** What was discovered before, so that a start without instance metadata still knows its ENIs. */
export interface NicCache {
  load(): Promise<KnownNic[]>;
  save(nics: readonly KnownNic[]): Promise<void>;
}

/** The cache in `data_dir/nics.json`. It can be discovered anew, so damage and a full disk are only warned of. */
export function fileNicCache(dataDir: string, onWarning: (message: string) => void): NicCache {
  const warn = (error: unknown) => onWarning(error instanceof Error ? error.message : String(error));
  const file = jsonFile(join(dataDir, 'nics.json'), Cache, warn);
  return {
    load: () =>
      file.load().then(
        (cache) => cache?.nics ?? [],
        (error: unknown) => {
          warn(error);
          return [];
        },
      ),
    save: (nics) => file.save({ format: 1, nics: [...nics] }).catch(warn),
  };
}

import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import * as z from 'zod';
import { jsonFile } from '../../store/json-file';

const Remembered = z.object({
  format: z.literal(1),
  cluster: z.string(),
  /** ENI ids by the uid of their member. */
  members: z.record(z.string(), z.array(z.string())),
});

/** Where {@link openPeerEnis} remembers them, inside data_dir. */
export const PEER_ENIS_FILE = 'peer-enis.json';

/** The data ENIs of the other member: an address that one of them holds may be taken over. */
export interface PeerEnis {
  /** Those of `uids`; of anybody else they are a stranger's. */
  of(uids: readonly string[]): readonly string[];
  /** What the member's heartbeat says. An empty list is no news: it may just have started. */
  learn(uid: string, eniIds: readonly string[]): void;
}

/** The peer's ENIs in `data_dir/peer-enis.json`. They are learned anew from heartbeats, so damage is only warned of. */
export async function openPeerEnis(
  dataDir: string,
  cluster: string,
  onWarning: (message: string) => void,
): Promise<PeerEnis> {
  const warn = (error: unknown) => onWarning(error instanceof Error ? error.message : String(error));
  const file = jsonFile(join(dataDir, PEER_ENIS_FILE), Remembered, warn);
  const stored = await file.load().catch((error: unknown) => {
    warn(error);
    return null;
  });
  const members = new Map(Object.entries(stored?.cluster === cluster ? stored.members : {}));
  return {
    of: (uids) => uids.flatMap((uid) => members.get(uid) ?? []),
    learn(uid, eniIds) {
      const sorted = [...new Set(eniIds)].sort();
      if (sorted.length === 0 || isDeepStrictEqual(members.get(uid), sorted)) return;
      members.set(uid, sorted);
      file.save({ format: 1, cluster, members: Object.fromEntries(members) }).catch(warn);
    },
  };
}

import type { ClusterSection } from '../../cluster-section';
import { parseClusterKey } from '../link/cluster-key';
import { credentialsFromFiles, credentialsFromKey, type Credentials, readClusterKey } from '../link/credentials';
import type { Member } from '../link/types';
import type { ClusterCredentials } from './membership';

/** What is wrong with a cluster key, as a sentence without its full stop; null: nothing. It never shows the key. */
export function keyComplaint(key: string): string | null {
  try {
    parseClusterKey(key);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The key or the files that `cluster` of node.yaml names. Rejects with a sentence that names field and file. */
export async function readCredentials({
  key_file,
  tls,
}: Pick<ClusterSection, 'key_file' | 'tls'>): Promise<ClusterCredentials> {
  if (tls !== undefined) return { files: tls };
  return { key: await readClusterKey('cluster.key_file', key_file ?? '') };
}

/** What the link shows and asks for. Rejects with a sentence when certificates cannot be used. */
export async function linkCredentials(given: ClusterCredentials, cluster: string, self: Member): Promise<Credentials> {
  return 'key' in given ? credentialsFromKey(given.key, cluster, self) : credentialsFromFiles(given.files, self);
}

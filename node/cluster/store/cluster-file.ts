import { join } from 'node:path';
import * as z from 'zod';
import { type JsonFile, jsonFile } from '../../store/json-file';
import { DocumentShape } from '../document/parse';

/** Where {@link clusterFile} keeps the cluster's document, inside data_dir. */
export const CLUSTER_FILE = 'cluster.json';

/** What a node keeps of its cluster. */
export const StoredCluster = z.object({
  format: z.literal(1),
  /** The mark of the name this node writes under (document/author.ts). */
  mark: z.string().regex(/^[0-9a-z]{1,15}$/),
  /** Null: there was a cluster once. */
  document: DocumentShape.nullable(),
});

/** See the schema of the same name. */
export type StoredCluster = z.infer<typeof StoredCluster>;

/** The file. The caller holds the folder. */
export const clusterFile = (dataDir: string, onWarning: (message: string) => void): JsonFile<StoredCluster> =>
  jsonFile(join(dataDir, CLUSTER_FILE), StoredCluster, (error) => onWarning(error.message));

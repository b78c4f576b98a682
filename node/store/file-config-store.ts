import { join } from 'node:path';
import type { NetworkConfig } from '@tg/api';
import {
  confirm,
  ConfigState,
  EMPTY,
  nicsInForce,
  outcomeOf,
  put,
  putWithCluster,
  revert,
  shown,
} from './config-state';
import { type ClusterAwareStore, type StoredConfig, StoreError } from './config-store';
import { etagOf, ifMatchHolds } from './etag';
import { type JsonFile, jsonFile } from './json-file';

/** Where {@link openFileConfigStore} keeps the config, inside data_dir. */
export const CONFIG_FILE = 'config.json';

/** Wall clock and warnings. */
export interface FileStoreOptions {
  wall?: () => string;
  onWarning: (message: string) => void;
}

/**
 * The config store on `data_dir/config.json`. The caller holds the folder (data-dir.ts). Rejects with a StoreError
 * `corrupt` when the file is damaged.
 */
export function openFileConfigStore(dataDir: string, options: FileStoreOptions): Promise<ClusterAwareStore> {
  const { wall = () => new Date().toISOString(), onWarning } = options;
  const file = jsonFile(join(dataDir, CONFIG_FILE), ConfigState, (error) => onWarning(error.message));
  return openConfigStore(file, wall);
}

/** The same on any file. */
export async function openConfigStore(
  file: Pick<JsonFile<ConfigState>, 'load' | 'save'>,
  wall: () => string,
): Promise<ClusterAwareStore> {
  let state: ConfigState = (await file.load()) ?? EMPTY;
  let view = viewOf(state);
  let last: Promise<unknown> = Promise.resolve();
  const listeners = new Set<(config: StoredConfig) => void>();

  /** One change at a time; memory follows the disk. `null` and the same object mean: nothing to change. */
  const change = (next: (state: ConfigState) => ConfigState | null): Promise<StoredConfig | null> => {
    const done = last.then(async () => {
      const wanted = next(state);
      if (wanted === null || wanted === state) return null;
      await file.save(wanted);
      state = wanted;
      view = viewOf(state);
      for (const listener of listeners) listener(view);
      return view;
    });
    last = done.catch(() => undefined);
    return done;
  };

  return {
    current: () => view,
    expect: (ifMatch) => expectEtag(state, ifMatch),
    async put(config, ifMatch) {
      const written = await change((now) => {
        expectEtag(now, ifMatch);
        return put(now, config);
      });
      return written ?? view;
    },
    clusterPart: () => state.cluster ?? null,
    async putWithCluster(config, cluster) {
      await change((now) => putWithCluster(now, config, cluster));
      return view;
    },
    reverted: (refusal) => revert(state, { ...refusal, at: wall() })?.config ?? null,
    async revertWithCluster(refusal, cluster) {
      const next = (now: ConfigState) => {
        const reverted = revert(now, { ...refusal, at: wall() });
        return reverted === null ? null : { ...reverted, cluster };
      };
      return (await change(next)) !== null;
    },
    async confirm(nic, version) {
      await change((now) => confirm(now, nic, version));
    },
    async revert(refusal) {
      return (await change((now) => revert(now, { ...refusal, at: wall() }))) !== null;
    },
    outcome: (version, nic) => outcomeOf(state, version, nic),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function expectEtag({ version, config }: ConfigState, ifMatch: string | undefined): void {
  const etag = etagOf(version, config);
  if (ifMatch === undefined || ifMatchHolds(ifMatch, etag)) return;
  throw new StoreError(
    'precondition',
    `the config has changed: it is now version ${version} (${etag}), not ${ifMatch}. Read it again and repeat the change.`,
  );
}

function viewOf(state: ConfigState): StoredConfig {
  const config: NetworkConfig = state.config;
  return {
    version: state.version,
    config,
    etag: etagOf(state.version, config),
    refusals: state.refusals.filter(({ past }) => past !== true).map(shown),
    inForce: nicsInForce(state),
    pending: new Map(
      Object.entries(state.pending).map(([nic, { writes }]) => [nic, writes.at(-1)?.version ?? state.version]),
    ),
  };
}

import type { NetworkConfig, Outcome, Refusal } from '@tg/api';

/** The config in force. */
export interface StoredConfig {
  /** Grows by one with each accepted write and each putting back; 0: nothing was ever written. */
  version: number;
  /** Exactly what was written, unknown fields of tunnels and the like included. */
  config: NetworkConfig;
  /** Strong HTTP entity tag, quotes included; differs whenever version or content do. */
  etag: string;
  /** The newest first. */
  refusals: readonly Refusal[];
  /** NICs whose newest write is neither confirmed nor refused yet, with the version of that write. */
  pending: ReadonlyMap<string, number>;
  /** NICs whose cluster IP was confirmed on them before, and has been wanted there ever since. */
  inForce: ReadonlySet<string>;
}

/** What became of one write for one NIC. `refusal` explains `refused`. */
export interface WriteOutcome {
  outcome: Outcome;
  refusal?: Refusal;
}

/**
 * Where a node keeps its network config. Every method that changes something resolves only when the change would
 * survive a power cut, and rejects with a {@link StoreError} having changed nothing.
 */
export interface ConfigStore {
  current(): StoredConfig;
  /** Throws the StoreError `precondition` that `put` with the same If-Match would reject with now. */
  expect(ifMatch: string | undefined): void;
  /**
   * Replaces the config whole. `ifMatch` (an If-Match header's value) must name the current ETag or be `*`.
   * Every NIC whose entry differs becomes pending, with the entry last in force remembered.
   */
  put(config: NetworkConfig, ifMatch?: string): Promise<StoredConfig>;
  /** The NIC's entry as of `version` is applied on ENI and NIC: nothing is put back any more. */
  confirm(nic: string, version: number): Promise<void>;
  /**
   * AWS refused the address of `refusal` for good: puts the NIC's whole entry back to what was last in force, in a new
   * version, together with NICs whose open writes exchange addresses with it, and lists the refusal. Does nothing (false) when a newer write has replaced that address, or when the
   * entry was confirmed before.
   */
  revert(refusal: Omit<Refusal, 'at'>): Promise<boolean>;
  /** The outcome of write `version` for `nic`; null when no such version was written yet, or the NIC was never written. */
  outcome(version: number, nic: string): WriteOutcome | null;
  /** Calls `listener` after every change; returns the way to stop. */
  onChange(listener: (config: StoredConfig) => void): () => void;
}

/** What a node in a cluster needs besides: the cluster's part of the config changes along with it, in one write. */
export interface ClusterAwareStore extends ConfigStore {
  /** What of the config is the cluster's; null: nothing was ever put so. */
  clusterPart(): NetworkConfig | null;
  /** `put`, with what of the config is the cluster's; without a new version when the config is what it was. */
  putWithCluster(config: NetworkConfig, cluster: NetworkConfig | null): Promise<StoredConfig>;
  /** The config as `revert` would leave it; null: it would do nothing. */
  reverted(refusal: Omit<Refusal, 'at'>): NetworkConfig | null;
  /** `revert`, with what of the config is the cluster's then. */
  revertWithCluster(refusal: Omit<Refusal, 'at'>, cluster: NetworkConfig): Promise<boolean>;
}

/** Why the store did not do what it was asked. */
export type StoreErrorReason = 'precondition' | 'corrupt' | 'disk' | 'locked';

/** A refused or failed store operation; `message` says what to do about it. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  constructor(
    readonly reason: StoreErrorReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The reconciler as a cluster drives it. {@link Reconciler} implements it; `facts.ts` makes the facts. */

/** What the reconciler knows, as far as the cluster decides by it. Level-triggered: all of it is the state of now. */
export interface HolderFacts {
  /** How many addresses are wanted on NICs that are known or not. */
  wanted: number;
  /**
   * The wanted addresses at their ENIs, as EC2 has said since the duty was given (200 to a call made since, or a look
   * begun since): `all`, `some` or `none` of them are on this node's; `unknown`: it has not spoken of each yet. Those
   * that were refused for good do not count. With nothing wanted: `all`.
   */
  held: 'all' | 'some' | 'none' | 'unknown';
  /**
   * While standing by: nothing of ours is on our ENIs any more, nor bound, nor may an Assign of ours still put it there.
   * EC2 (an explicit answer, or two agreeing looks) and the kernel said so.
   */
  released: boolean;
  /** EC2 said that a member's ENI holds an address that this node had confirmed in this duty, or resumed. */
  taken: boolean;
  /** An Assign is on its way to EC2, or was given up lately: it may still take effect. */
  assigning: boolean;
  /** Whether EC2 answers: false after a call that failed for a reason other than the address, true after an answer; null before. */
  ec2: boolean | null;
  /**
   * When the newest look at every ENI concerned began, on `Clock.now` (of the newest answered look at each of them, the
   * oldest); null: one of them was never seen.
   */
  lookedAt: number | null;
}

/** See {@link Reconciler}. A duty that is given already is no change. None of these rejects, blocks or throws. */
export interface HolderPort {
  facts(): HolderFacts;
  /** `facts()` may have changed. Called synchronously; it may give another duty. Returns the way to stop. */
  onFacts(listener: () => void): () => void;
  /**
   * Calls `listener` before each time anything is planned, renewed or changed: after a pause of the process the cluster
   * suspends the holder there, before it goes on with what is no longer certain. Returns the way to stop.
   */
  beforeActing(listener: () => void): () => void;
  /** Take what is wanted, from another member too (confirmed addresses in one call without a look). */
  take(): void;
  /** Go on holding what is already held: nothing is taken from another member. */
  resume(): void;
  /** Stand by. `release`: give up at ENI and NIC (sessions reset first); `moved`: another holds them: reset and unbind. */
  standBy(how: 'release' | 'moved'): void;
  /** Renew nothing, change nothing; look only. */
  suspend(): void;
  /** Look at every ENI now, and once more after a look that is under way. */
  look(): void;
  /** How often to look while it matters; null: the usual rhythm. Two looks this far apart agree. */
  lookEvery(ms: number | null): void;
  /** What follows from the Cluster Timeout: lifetime, refresh. */
  setTimeout(clusterTimeoutMs: number): void;
}

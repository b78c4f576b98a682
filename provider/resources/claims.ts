import type { Portal } from '../portal/portal';
import { withSignal } from '../portal/portal-error';

/** A thing that a resource of this run has written; `wanted` null while none has. */
interface Claim<W> {
  wanted: W | null;
  /** Ends when the last write that was begun has ended. */
  turn: Promise<void>;
}

/** How two writes of one thing go together. */
export interface ClaimRules<W, C> {
  /** In what the two contradict each other; null when both can be had. */
  readonly contradiction: (held: W, wanted: W) => C | null;
  readonly merge: (held: W | null, wanted: W) => W;
}

/** How a write ended: done, or not begun because another resource of this run wants something else of the same thing. */
export type Claimed<T, C> =
  { readonly kind: 'done'; readonly result: T } | { readonly kind: 'contradicted'; readonly by: C };

/**
 * Who wrote what in this run of the provider. Terraform may destroy the old resource of a thing after the new one is made, or at the same
 * time (create_before_destroy, another name without a moved block, count to for_each): then the new one has found its work done, and the
 * old one's release would take it away.
 */
export class Claims<W, C> {
  private readonly claims = new Map<string, Claim<W>>();

  constructor(private readonly rules: ClaimRules<W, C>) {}

  /** Runs `write` and holds the thing from then on, unless `write` fails with what `undone` recognises. */
  async write<T>(
    key: string,
    wanted: W,
    signal: AbortSignal,
    write: () => Promise<T>,
    undone: (error: unknown) => boolean,
  ): Promise<Claimed<T, C>> {
    const claim = this.claimOf(key);
    return inTurn(claim, signal, async () => {
      const by = claim.wanted === null ? null : this.rules.contradiction(claim.wanted, wanted);
      if (by !== null) return { kind: 'contradicted', by };
      const before = claim.wanted;
      claim.wanted = this.rules.merge(before, wanted);
      try {
        return { kind: 'done', result: await write() };
      } catch (error) {
        if (undone(error)) claim.wanted = before;
        throw error;
      }
    });
  }

  /** Runs `release`, or answers null when a resource of this run holds the thing. */
  async release<T>(key: string, signal: AbortSignal, release: () => Promise<T>): Promise<T | null> {
    const claim = this.claimOf(key);
    return inTurn(claim, signal, () => (claim.wanted === null ? release() : Promise.resolve(null)));
  }

  /** What was written is not in force: what was before is. */
  drop(key: string): void {
    this.claimOf(key).wanted = null;
  }

  private claimOf(key: string): Claim<W> {
    let claim = this.claims.get(key);
    if (claim === undefined) {
      claim = { wanted: null, turn: Promise.resolve() };
      this.claims.set(key, claim);
    }
    return claim;
  }
}

/** The claims of one provider configuration, which lives for one run of Terraform. */
export function claimsPerRun<W, C>(rules: ClaimRules<W, C>): (portal: Portal) => Claims<W, C> {
  const ofPortal = new WeakMap<Portal, Claims<W, C>>();
  return (portal) => {
    let claims = ofPortal.get(portal);
    if (claims === undefined) ofPortal.set(portal, (claims = new Claims(rules)));
    return claims;
  };
}

/** One value per thing: two different ones contradict each other. */
export const ONE_VALUE: ClaimRules<string, string> = {
  contradiction: (held, wanted) => (held === wanted ? null : held),
  merge: (_, wanted) => wanted,
};

async function inTurn<T>(claim: Claim<unknown>, signal: AbortSignal, job: () => Promise<T>): Promise<T> {
  const before = claim.turn;
  let done = (): void => undefined;
  const mine = new Promise<void>((resolve) => (done = resolve));
  claim.turn = before.then(() => mine);
  try {
    await withSignal(before, signal);
    return await job();
  } finally {
    done();
  }
}

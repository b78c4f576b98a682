import type { Portal } from '../portal/portal';
import { Turns } from './turns';

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
  /** What resources of this run have written, by the thing's key. */
  private readonly wanted = new Map<string, W>();
  private readonly turns = new Turns();

  constructor(private readonly rules: ClaimRules<W, C>) {}

  /** Runs `write` and holds the thing from then on, unless `write` fails with what `undone` recognises. */
  async write<T>(
    key: string,
    wanted: W,
    signal: AbortSignal,
    write: () => Promise<T>,
    undone: (error: unknown) => boolean,
  ): Promise<Claimed<T, C>> {
    return this.turns.take(key, signal, async () => {
      const before = this.wanted.get(key);
      const by = before === undefined ? null : this.rules.contradiction(before, wanted);
      if (by !== null) return { kind: 'contradicted', by };
      this.wanted.set(key, this.rules.merge(before ?? null, wanted));
      try {
        return { kind: 'done', result: await write() };
      } catch (error) {
        if (undone(error)) {
          if (before === undefined) this.wanted.delete(key);
          else this.wanted.set(key, before);
        }
        throw error;
      }
    });
  }

  /** Runs `release`, or answers null when a resource of this run holds the thing. */
  async release<T>(key: string, signal: AbortSignal, release: () => Promise<T>): Promise<T | null> {
    return this.turns.take(key, signal, () => (this.wanted.has(key) ? Promise.resolve(null) : release()));
  }

  /** What was written is not in force: what was before is. */
  drop(key: string): void {
    this.wanted.delete(key);
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

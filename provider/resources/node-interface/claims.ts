import type { InterfaceChange, InterfaceField } from '../../portal/interface-fields';
import { sameValue } from '../../portal/interface-fields';
import type { Portal } from '../../portal/portal';
import { withSignal } from '../../portal/portal-error';
import type { Target } from '../../portal/target';

/** An interface that a resource of this run has written; `wanted` null while none has. */
interface Claim {
  wanted: InterfaceChange | null;
  /** Ends when the last write that was begun has ended. */
  turn: Promise<void>;
}

/** Two resources of one run want different things of the same interface. */
export interface Contradiction {
  readonly field: InterfaceField;
  readonly first: InterfaceChange[InterfaceField];
  readonly second: InterfaceChange[InterfaceField];
}

/**
 * Who wrote which interface in this run of the provider. Terraform may destroy the old resource of an interface after the new one is
 * made, or at the same time (create_before_destroy, another name without a moved block, count to for_each): then the new one has found
 * its work done, and the old one's release would take it away.
 */
export class Claims {
  private readonly claims = new Map<string, Claim>();

  /** Runs `write` and holds the interface from then on, unless `write` fails with what `undone` recognises. */
  async write<T>(
    interfaceKey: string,
    wanted: InterfaceChange,
    signal: AbortSignal,
    write: () => Promise<T>,
    undone: (error: unknown) => boolean,
  ): Promise<T | Contradiction> {
    const claim = this.claimOf(interfaceKey);
    return inTurn(claim, signal, async () => {
      const contradiction = contradictionOf(claim.wanted, wanted);
      if (contradiction !== null) return contradiction;
      const before = claim.wanted;
      claim.wanted = { ...before, ...wanted };
      try {
        return await write();
      } catch (error) {
        if (undone(error)) claim.wanted = before;
        throw error;
      }
    });
  }

  /** Runs `release`, or answers null when a resource of this run holds the interface. */
  async release<T>(interfaceKey: string, signal: AbortSignal, release: () => Promise<T>): Promise<T | null> {
    const claim = this.claimOf(interfaceKey);
    return inTurn(claim, signal, () => (claim.wanted === null ? release() : Promise.resolve(null)));
  }

  /** The node put back what was before. */
  drop(interfaceKey: string): void {
    this.claimOf(interfaceKey).wanted = null;
  }

  private claimOf(key: string): Claim {
    let claim = this.claims.get(key);
    if (claim === undefined) {
      claim = { wanted: null, turn: Promise.resolve() };
      this.claims.set(key, claim);
    }
    return claim;
  }
}

const ofPortal = new WeakMap<Portal, Claims>();

/** The claims of one provider configuration, which lives for one run of Terraform. */
export function claimsOf(portal: Portal): Claims {
  let claims = ofPortal.get(portal);
  if (claims === undefined) ofPortal.set(portal, (claims = new Claims()));
  return claims;
}

/** The same for every way to name the interface. */
export async function interfaceKey(portal: Portal, target: Target, nic: string, signal: AbortSignal): Promise<string> {
  return `${await portal.keyOf(target, signal)} ${nic}`;
}

export function isContradiction(value: object): value is Contradiction {
  return 'field' in value && 'first' in value && 'second' in value;
}

async function inTurn<T>(claim: Claim, signal: AbortSignal, job: () => Promise<T>): Promise<T> {
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

function contradictionOf(held: InterfaceChange | null, wanted: InterfaceChange): Contradiction | null {
  if (held === null) return null;
  for (const field of Object.keys(wanted) as InterfaceField[]) {
    const [first, second] = [held[field], wanted[field]];
    if (first !== undefined && second !== undefined && !sameValue(first, second)) return { field, first, second };
  }
  return null;
}

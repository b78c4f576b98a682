import type { World } from '../world/world';
import type { Invariant } from './invariant';

/**
 * No two effective claims share a term. Stricter, since a claim may become effective late: no two claims share a term,
 * a claim being one entry of one process into phase `claiming`. Seen in what the members say to each other.
 */
export function terms(world: World): Invariant {
  const claims = new Map<string, string>();
  /** Entries into `claiming` of each machine. */
  const entries = [0, 0];
  return {
    onPhase(machine, _from, to) {
      if (to === 'claiming') entries[machine.index]! += 1;
    },
    onSend(machine, message) {
      if (message.type !== 'heartbeat' || message.phase !== 'claiming' || message.claim === null) return;
      const term = `${message.claim.number} of ${message.claim.uid}`;
      const claim = `claim ${entries[machine.index]!} of ${machine.uid}`;
      const before = claims.get(term);
      if (before === undefined) claims.set(term, claim);
      else if (before !== claim) world.fail('no two effective claims share a term', `${before} and ${claim}: ${term}`);
    },
  };
}

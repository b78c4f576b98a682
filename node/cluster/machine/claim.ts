import type { Situation } from './situation';
import type { Cause, MemberState } from './state';
import { to, type Transition } from './transition';

/** Numbers reserved ahead, so that no claim waits for the disk. */
const AHEAD = 4;

/** The number the next claim would have: above everything heard of, and above what an earlier process may have used. */
export function nextNumber(state: MemberState): number {
  const heard = state.peer?.heartbeat.claim?.number ?? 0;
  return 1 + Math.max(state.term?.number ?? 0, state.mine?.number ?? 0, state.reserved, heard);
}

/** What the disk ought to say is reserved; null when what it says suffices for a while. */
export function reservation(state: MemberState, durable: number): number | null {
  const next = nextNumber(state);
  return next + 1 > durable ? next + AHEAD : null;
}

/** Makes a claim with a new term; null while no number is durably reserved for it. */
export function claim(state: MemberState, situation: Situation, cause: Cause): Transition | null {
  const number = nextNumber(state);
  if (number > situation.reserved) return null;
  return to(state, 'claiming', situation.now, cause, [{ do: 'take' }], {
    mine: { number, uid: situation.self },
    reserved: number,
    cause,
    handover: null,
    ownerlessSince: null,
  });
}

import type { Situation } from './situation';
import type { MemberState } from './state';

const LONGEST_MS = 600_000;

/** After the addresses were taken from this member: no claim for 2 × timeout, twice as long with each repeat. */
export function heldDown(state: MemberState, { now, view }: Situation): Partial<MemberState> {
  const heldDownMs = Math.min(LONGEST_MS, state.heldDownMs === 0 ? 2 * view.timeoutMs : 2 * state.heldDownMs);
  return { heldDownMs, heldDownUntil: now + heldDownMs };
}

/** The longest wait after a claim that EC2 did not confirm: nobody may hold meanwhile. */
const LONGEST_RETRY_MS = 60_000;

/** After a claim or a hand-over that came to nothing: some time for the other, longer with each repeat. */
export function afterFailure(state: MemberState, { now, view }: Situation): Partial<MemberState> {
  const wait = Math.min(LONGEST_RETRY_MS, view.timeoutMs * 2 ** Math.min(state.failures, 12));
  return { failures: state.failures + 1, retryAt: now + wait };
}

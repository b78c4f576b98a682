import { isHigher } from '../term';
import { claim } from './claim';
import { freshPeer, intervalMs, isPreferred, mayClaim, type Situation } from './situation';
import type { MemberState } from './state';
import { to, type Transition } from './transition';

/**
 * Just started. Whoever's ENI holds the addresses goes on; a holder that the peer reports is believed; otherwise listen
 * for one timeout, look, and claim: the preferred member first, the other a timeout later.
 */
export function listening(state: MemberState, situation: Situation): Transition | null {
  const { now, facts, view, self } = situation;
  const peer = freshPeer(state, situation);
  const holdsByEni = facts.wanted > 0 && facts.held === 'all';
  const ownTerm = state.term?.uid === self && !state.released ? state.term : null;

  if (peer?.heartbeat.holds === true && peer.heartbeat.term?.uid !== self) {
    return to(state, 'standby', now, 'the peer holds', [{ do: 'stand-by', how: 'release' }]);
  }
  // One look may be stale: a word of the peer, or a timeout without one, must not contradict it.
  const settled = peer !== null ? hasHeardUs(state, situation) : state.silence >= settleMs(situation);
  if (holdsByEni && ownTerm !== null && settled && !isHigher(peer?.heartbeat.claim ?? null, ownTerm)) {
    return to(state, 'active', now, 'its ENI holds', [{ do: 'resume' }], { mine: ownTerm });
  }
  if (view.members.length < 2) return mayClaim(state, situation) ? claim(state, situation, 'alone') : null;

  if (peer !== null) {
    const { phase } = peer.heartbeat;
    const decided = phase !== 'listening' && phase !== 'suspended';
    const first = holdsByEni || isPreferred(situation);
    if (phase === 'claiming' || !first) return toStandby(state, situation, 'the peer goes first');
    if (!decided && now - state.since < view.timeoutMs) {
      // Both have just started: the one that does not go first stands by and says so.
      return null;
    }
    const looked = facts.wanted === 0 || (facts.lookedAt !== null && facts.lookedAt >= state.since);
    if (looked && mayClaim(state, situation)) return claim(state, situation, 'start');
    return now - state.since >= 2 * view.timeoutMs ? toStandby(state, situation, 'unfit to claim') : null;
  }

  const patience = holdsByEni || isPreferred(situation) ? 1 : 2;
  if (state.silence < patience * view.timeoutMs) return null;
  if (mayClaim(state, situation)) return claim(state, situation, 'start');
  if (ownTerm !== null && facts.ec2 === false) {
    // The mapping stands without the API, and nobody contradicts: serve, change nothing.
    return to(state, 'active', now, 'held before, unobservable', [{ do: 'resume' }], { mine: ownTerm });
  }
  return null;
}

/** The peer's newest heartbeat answers one of this process: what it says is of now. */
const hasHeardUs = (state: MemberState, { boot }: Situation): boolean => state.peer?.heartbeat.heard?.boot === boot;

const settleMs = ({ view }: Situation): number => 2 * intervalMs(view.timeoutMs);

const toStandby = (state: MemberState, { now }: Situation, why: string): Transition =>
  to(state, 'standby', now, why, [{ do: 'stand-by', how: 'release' }]);

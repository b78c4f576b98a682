import { isSameTerm } from '../term';
import { claim } from './claim';
import { fitPeer, freshPeer, isPreferred, mayClaim, type Situation } from './situation';
import type { Cause, MemberState } from './state';
import type { Transition } from './transition';

/** Stands by: claims when the holder hands over, when nobody holds, or when the peer has been silent for the timeout. */
export function standby(state: MemberState, situation: Situation): Transition | null {
  const cause = reasonToClaim(state, situation);
  return cause !== null && mayClaim(state, situation) ? claim(state, situation, cause) : null;
}

function reasonToClaim(state: MemberState, situation: Situation): Cause | null {
  const { now, view } = situation;
  const peer = freshPeer(state, situation);
  if (view.members.length < 2) return 'alone';
  if (peer === null) {
    const patience = state.heardEver || isPreferred(situation) ? 1 : 2;
    const silent = state.silence >= patience * view.timeoutMs;
    return silent && now >= state.heldDownUntil && now >= state.retryAt ? 'silence' : null;
  }
  const offer = offered(state);
  if (offer !== null) return now >= state.retryAt ? offer : null;
  if (state.ownerlessSince === null || now < state.retryAt) return null;
  // The preferred member goes first, if it can.
  const first = isPreferred(situation) || fitPeer(state, situation) === null;
  return first || now - state.ownerlessSince >= view.timeoutMs ? 'ownerless' : null;
}

/** What the peer, as the holder of the highest term, offers. */
function offered({ peer, term, released }: MemberState): Cause | null {
  const heartbeat = peer?.heartbeat;
  if (heartbeat?.yields == null || !isSameTerm(heartbeat.term, term) || term?.uid !== heartbeat.from) return null;
  if (heartbeat.yields === 'move') return 'moved-over';
  return released ? 'handed-over' : null;
}

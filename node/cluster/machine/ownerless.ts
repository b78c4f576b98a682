import { freshPeer, type Situation } from './situation';
import type { MemberState } from './state';

/** Keeps `ownerlessSince`: since when the peer has been there while neither member held, or was about to. */
export function watchOwner(state: MemberState, situation: Situation): MemberState {
  const ownerlessSince = isOwnerless(state, situation) ? (state.ownerlessSince ?? situation.now) : null;
  return ownerlessSince === state.ownerlessSince ? state : { ...state, ownerlessSince };
}

function isOwnerless(state: MemberState, situation: Situation): boolean {
  const peer = freshPeer(state, situation);
  if (peer === null || state.phase !== 'standby' || peer.heartbeat.holds) return false;
  switch (peer.heartbeat.phase) {
    case 'standby':
      return true;
    // It may find that it holds, or take it, within the timeout; if it does not, it never will.
    case 'listening':
    case 'suspended':
      return situation.now - peerSince(state) >= situation.view.timeoutMs;
    case 'claiming':
    case 'withdrawing':
    case 'active':
    case 'yielding':
    case 'releasing':
      return false;
  }
}

/** Since when the peer has said that it is in its phase, as far as this member heard. */
const peerSince = ({ peer, since }: MemberState): number => Math.max(peer?.phaseSince ?? 0, since);

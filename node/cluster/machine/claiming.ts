import { higherTerm, isHigher } from '../term';
import { afterFailure } from './hold-down';
import { freshPeer, mayClaim, type Situation } from './situation';
import type { MemberState } from './state';
import { to, type Transition } from './transition';

/** The least time a claim is pursued while EC2 does not answer, in milliseconds. */
const PURSUED_MS = 5000;

/** Its Assign is under way, or is being retried: it takes effect when EC2 confirms it, and until then demotes nobody. */
export function claiming(state: MemberState, situation: Situation): Transition | null {
  const { now, facts, stopping } = situation;
  const { mine, term } = state;
  if (isHigher(term, mine)) return withdraw(state, situation, 'higher term');
  // One ENI's Assign may come after another's; what is refused for good does not undo what was confirmed.
  const confirmed = facts.held === 'all' || (facts.held === 'some' && !facts.assigning);
  if (confirmed) {
    return to(state, 'active', now, 'confirmed', [], {
      term: mine,
      released: false,
      failures: 0,
      retryAt: 0,
    });
  }
  const peer = freshPeer(state, situation);
  if (peer !== null) {
    if (isHigher(peer.heartbeat.claim, mine)) return withdraw(state, situation, 'higher claim');
    if (peer.heartbeat.holds && peer.heartbeat.yields !== 'move') return withdraw(state, situation, 'the peer holds');
  }
  if (!mayClaim(state, situation) && facts.ec2 !== false) {
    return withdraw(state, situation, stopping ? 'stopping' : 'unfit');
  }
  const hopeless = facts.ec2 === false || !facts.assigning;
  if (hopeless && now - state.since >= Math.max(PURSUED_MS, situation.view.timeoutMs)) {
    return withdraw(state, situation, 'unconfirmed', afterFailure(state, situation));
  }
  return null;
}

/** Gave the claim up, while its Assign may still come true. */
export function withdrawing(state: MemberState, situation: Situation): Transition | null {
  const { now, facts } = situation;
  // An answer that was waiting while this process was paused tells of then, a look begun since of now.
  const isOfNow = state.woke === null || (facts.lookedAt !== null && facts.lookedAt >= state.woke.at);
  if (facts.held === 'all' && isOfNow && !isHigher(state.term, state.mine)) {
    return to(state, 'active', now, 'confirmed late', [{ do: 'resume' }], {
      term: higherTerm(state.term, state.mine),
      released: false,
    });
  }
  if (facts.assigning) return null;
  return to(state, 'standby', now, 'withdrawn', [{ do: 'stand-by', how: 'release' }], { mine: null, cause: null });
}

const withdraw = (
  state: MemberState,
  { now }: Situation,
  why: string,
  changes: Partial<MemberState> = {},
): Transition => to(state, 'withdrawing', now, why, [{ do: 'suspend' }, { do: 'look' }], changes);

import { isHigher } from '../term';
import { afterFailure, heldDown } from './hold-down';
import { agrees, fitPeer, freshPeer, isDated, isFit, isMember, type Situation } from './situation';
import type { HandoverCause, MemberState } from './state';
import { to, type Order, type Transition } from './transition';

const MOVED: Order = { do: 'stand-by', how: 'moved' };
/** How long a release may take before it counts as stuck, at least. */
const STUCK_MS = 3000;
const NOTHING_HELD = { mine: null, cause: null, handover: null } as const;

/** Holds the addresses. EC2's and the metadata's trouble, and silence, change nothing about that. */
export function active(state: MemberState, situation: Situation): Transition | null {
  return demotion(state, situation) ?? handOver(state, situation);
}

/** Holds, and waits for the peer to take the addresses in one reassigning call. */
export function yielding(state: MemberState, situation: Situation): Transition | null {
  const { now, view } = situation;
  const demoted = demotion(state, situation);
  if (demoted !== null) return demoted;
  const peer = fitPeer(state, situation);
  const waited = now - state.since;
  const patience = peer?.heartbeat.claim != null ? 2 * view.timeoutMs : view.timeoutMs;
  if (peer !== null && waited < patience) return null;
  const changes = { handover: null, ...afterFailure(state, situation) };
  return to(state, 'active', now, 'the peer does not take it', [], changes);
}

/** Takes the addresses off, for the peer to assign. */
export function releasing(state: MemberState, situation: Situation): Transition | null {
  const { now, facts, stopping } = situation;
  if (isHigher(state.term, state.mine)) return to(state, 'standby', now, 'higher term', [MOVED], NOTHING_HELD);
  if (facts.released) return to(state, 'standby', now, 'released', [], { ...NOTHING_HELD, released: true });
  if (!isStuck(state, situation) || stopping || !isMember(situation) || fitPeer(state, situation) !== null) return null;
  if (isDated(state, situation)) return null;
  // It cannot be released, and nobody is there to take it: better to serve than to hold it unused.
  const changes = { handover: null, ...afterFailure(state, situation) };
  return to(state, 'active', now, 'nobody takes it', [{ do: 'resume' }], changes);
}

/** A release that lasts longer is offered to be moved instead: EC2 does not answer the one that releases. */
export const isStuck = (state: MemberState, { now, view }: Situation): boolean =>
  state.phase === 'releasing' && now - state.since >= Math.max(STUCK_MS, view.timeoutMs);

/** Was paused while it held: whether it still holds must be shown by the peer, or by a look that began since. */
export function suspended(state: MemberState, situation: Situation): Transition | null {
  const { now, facts, view } = situation;
  if (isHigher(state.term, state.mine)) return to(state, 'standby', now, 'higher term', [MOVED], NOTHING_HELD);
  const resume = (why: string) => to(state, 'active', now, why, [{ do: 'resume' }], { handover: null, askedSeq: null });
  if (isAnswered(state, situation)) return resume('the peer confirms');
  const looked = facts.lookedAt !== null && facts.lookedAt >= state.since;
  if (looked && facts.held === 'all') return resume('its ENI holds');
  if (looked && facts.held === 'none') {
    const changes = { ...NOTHING_HELD, ...heldDown(state, situation) };
    return to(state, 'standby', now, 'its ENI does not hold', [MOVED], changes);
  }
  // Nobody can say: the mapping stands without the API, and nobody has contradicted for a whole timeout.
  if (facts.ec2 === false && state.silence >= view.timeoutMs) return resume('held before, unobservable');
  return null;
}

/** The peer has answered a heartbeat sent after the pause, and knows of no higher term. */
function isAnswered({ peer, askedSeq }: MemberState, { boot }: Situation): boolean {
  const heard = peer?.heartbeat.heard;
  return askedSeq !== null && heard?.boot === boot && heard.seq >= askedSeq;
}

function demotion(state: MemberState, situation: Situation): Transition | null {
  const { now, facts } = situation;
  if (isHigher(state.term, state.mine)) return to(state, 'standby', now, 'higher term', [MOVED], NOTHING_HELD);
  if (!facts.taken) return null;
  // Taken by a peer that can be heard is a hand-over, or is about to be explained.
  const silent = freshPeer(state, situation) === null;
  const changes = { ...NOTHING_HELD, ...(silent ? heldDown(state, situation) : {}) };
  return to(state, 'standby', now, 'taken', [MOVED], changes);
}

function handOver(state: MemberState, situation: Situation): Transition | null {
  const { now, view, facts } = situation;
  if (!isMember(situation)) return to(state, 'releasing', now, 'left', [{ do: 'stand-by', how: 'release' }]);
  const handover = reasonToHandOver(state, situation);
  if (handover === null || !canTakeOver(state, situation)) return null;
  // Nothing is taken off without EC2; the gainer's one call does it all.
  if (view.handover === 'move' || facts.ec2 === false) {
    return to(state, 'yielding', now, handover, [], { handover });
  }
  return to(state, 'releasing', now, handover, [{ do: 'stand-by', how: 'release' }], { handover });
}

/** The peer stands by, is fit, and hears this very process. */
function canTakeOver(state: MemberState, situation: Situation): boolean {
  const peer = fitPeer(state, situation);
  return peer?.heartbeat.phase === 'standby' && peer.heartbeat.heard?.boot === situation.boot;
}

function reasonToHandOver(state: MemberState, situation: Situation): HandoverCause | null {
  const { now, view, self, stopping } = situation;
  if (stopping) return 'stop';
  if (now < state.retryAt) return null;
  if (!isFit(situation)) return 'unfit';
  if (view.active === null || view.active.uid === self || !view.members.includes(view.active.uid)) return null;
  // A peer that has not heard yet whom the config prefers would hand over in turn, to and fro.
  if (!agrees(state, situation)) return null;
  if (view.active.stamp !== state.honoured) return 'active-changed';
  const fitSince = state.peer?.fitSince ?? now;
  return view.mode === 'autoFailback' && now - fitSince >= view.timeoutMs ? 'failback' : null;
}

import type { Fitness, Heartbeat } from '../message';
import { compareTerms, isSameTerm } from '../term';
import { freshPeer, type Situation } from './situation';
import type { MemberState, Peer } from './state';

/** How many earlier boots of the peer are remembered. */
const PAST_BOOTS = 4;

/** Takes in a heartbeat of the peer. Returns the same state when it is old, or repeats one that came. */
export function hear(state: MemberState, heartbeat: Heartbeat, situation: Situation): MemberState {
  const before = state.peer;
  if (before !== null) {
    const { boot, seq } = before.heartbeat;
    if (heartbeat.boot === boot && heartbeat.seq <= seq) return state;
    if (isPast(before, heartbeat, situation)) return state;
  }
  return {
    ...learnTerm(state, heartbeat),
    peer: nextPeer(state, heartbeat, situation),
    heardEver: true,
    silence: 0,
    ranAt: situation.now,
    heldDownMs: 0,
    heldDownUntil: 0,
  };
}

/**
 * From an earlier process of the peer. One that answers what was sent since it was taken for past is running: it was the
 * other one's words that came late.
 */
function isPast({ pastBoots }: Peer, { boot, heard }: Heartbeat, situation: Situation): boolean {
  const past = pastBoots.find((one) => one.boot === boot);
  return past !== undefined && !(heard?.boot === situation.boot && heard.seq >= past.until);
}

function nextPeer(state: MemberState, heartbeat: Heartbeat, situation: Situation): Peer {
  const before = state.peer;
  const rebooted = before !== null && before.heartbeat.boot !== heartbeat.boot;
  const past = before?.pastBoots ?? [];
  const pastBoots = rebooted
    ? [...past.filter(({ boot }) => boot !== heartbeat.boot), { boot: before.heartbeat.boot, until: state.seq }]
    : past;
  const continuous = !rebooted && freshPeer(state, situation) !== null;
  const fitSince = isFitNow(heartbeat.fitness) ? ((continuous ? before?.fitSince : null) ?? situation.now) : null;
  const samePhase = !rebooted && before?.heartbeat.phase === heartbeat.phase;
  const phaseSince = samePhase ? before.phaseSince : situation.now;
  return { heartbeat, at: situation.now, phaseSince, fitSince, pastBoots: pastBoots.slice(-PAST_BOOTS) };
}

const isFitNow = ({ enabled, healthy, ec2 }: Fitness): boolean => enabled && healthy && ec2;

/** Terms in effect only go up, and only their holder ends them. */
function learnTerm(state: MemberState, heartbeat: Heartbeat): MemberState {
  const { term, released } = heartbeat;
  if (isSameTerm(term, state.term)) return released && !state.released ? { ...state, released: true } : state;
  return compareTerms(term, state.term) > 0 ? { ...state, term, released } : state;
}

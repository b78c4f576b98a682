import { active, releasing, suspended, yielding } from './active';
import { claiming, withdrawing } from './claiming';
import { listening } from './listening';
import { watchOwner } from './ownerless';
import { freshPeer, pauseMs, preferred, type Situation } from './situation';
import { standby } from './standby';
import type { MemberState } from './state';
import { to, type Order, type Transition } from './transition';

/** One change of phase, for traces, metrics and coverage. */
export interface Change {
  from: MemberState['phase'];
  to: MemberState['phase'];
  why: string;
}

/** What came of one run of the machine. */
export interface Outcome {
  state: MemberState;
  orders: Order[];
  changes: Change[];
}

/** More changes of phase than this at one moment would be going round in circles. */
const MOST_CHANGES = 8;

/** Lets time pass up to now, then applies rules until none applies. */
export function step(before: MemberState, situation: Situation): Outcome {
  const orders: Order[] = [];
  const changes: Change[] = [];
  const note = ({ state: next, orders: more, why }: Transition) => {
    changes.push({ from: state.phase, to: next.phase, why });
    orders.push(...more);
    state = next;
  };
  let state = before;
  const paused = pass(state, situation);
  if (paused.transition === null) state = paused.state;
  else note(paused.transition);
  for (let i = 0; i < MOST_CHANGES; i++) {
    state = watchOwner(state, situation);
    const transition = rule(state, situation);
    if (transition === null) break;
    note(transition);
  }
  return { state: honour(state, situation), orders, changes };
}

function rule(state: MemberState, situation: Situation): Transition | null {
  switch (state.phase) {
    case 'listening':
      return listening(state, situation);
    case 'standby':
      return standby(state, situation);
    case 'claiming':
      return claiming(state, situation);
    case 'withdrawing':
      return withdrawing(state, situation);
    case 'active':
      return active(state, situation);
    case 'yielding':
      return yielding(state, situation);
    case 'releasing':
      return releasing(state, situation);
    case 'suspended':
      return suspended(state, situation);
  }
}

/** Accounts for the time since the machine last ran. Silence counts only while this member's own loop ran. */
function pass(state: MemberState, situation: Situation): { state: MemberState; transition: Transition | null } {
  const { now, view } = situation;
  const elapsed = now - state.ranAt;
  const next = { ...state, ranAt: now };
  if (elapsed <= pauseMs(view.timeoutMs)) {
    return { state: { ...next, silence: state.silence + Math.max(0, elapsed) }, transition: null };
  }
  const awake = { ...next, silence: 0, ownerlessSince: null, woke: { at: now, seq: state.seq } };
  switch (state.phase) {
    case 'active':
    case 'yielding': {
      const orders: Order[] = [{ do: 'suspend' }, { do: 'look' }];
      const changes = { handover: null, askedSeq: state.seq };
      return { state: awake, transition: to(awake, 'suspended', now, 'paused', orders, changes) };
    }
    case 'claiming':
      return {
        state: awake,
        transition: to(awake, 'withdrawing', now, 'paused', [{ do: 'suspend' }, { do: 'look' }]),
      };
    case 'listening':
      return { state: awake, transition: to(awake, 'listening', now, 'paused', [{ do: 'look' }]) };
    case 'suspended': {
      const changes = { askedSeq: state.seq };
      return { state: awake, transition: to(awake, 'suspended', now, 'paused', [{ do: 'look' }], changes) };
    }
    case 'standby':
    case 'withdrawing':
    case 'releasing':
      return { state: awake, transition: null };
  }
}

/** The configured active member is honoured once it holds; later changes of mind are told by the stamp. */
function honour(state: MemberState, situation: Situation): MemberState {
  const { view, self } = situation;
  if (view.active === null || view.active.stamp === state.honoured) return state;
  const holds = state.phase === 'active' ? self : (freshHolder(state, situation) ?? null);
  return holds === view.active.uid && holds === preferred(situation)
    ? { ...state, honoured: view.active.stamp }
    : state;
}

const freshHolder = (state: MemberState, situation: Situation): string | undefined => {
  const heartbeat = freshPeer(state, situation)?.heartbeat;
  return heartbeat?.holds === true ? heartbeat.from : undefined;
};

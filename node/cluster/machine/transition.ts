import type { Phase } from '../message';
import type { MemberState } from './state';

/** What the machine wants done, in this order. */
export type Order =
  | { do: 'take' }
  | { do: 'resume' }
  | { do: 'stand-by'; how: 'release' | 'moved' }
  | { do: 'suspend' }
  | { do: 'look' }
  /** The peer ought to hear of this now, not at the next interval. */
  | { do: 'tell' };

/** One step of the machine: a new state and what follows from it. */
export interface Transition {
  state: MemberState;
  orders: Order[];
  /** In a word or two, for traces and coverage: `silence`, `higher term` … */
  why: string;
}

/** Goes to another phase. `changes` are further changes of the state. */
export function to(
  state: MemberState,
  phase: Phase,
  now: number,
  why: string,
  orders: Order[],
  changes: Partial<MemberState> = {},
): Transition {
  return { state: { ...state, phase, since: now, ...changes }, orders: [...orders, { do: 'tell' }], why };
}

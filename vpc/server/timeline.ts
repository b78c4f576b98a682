import type { VpcState } from '../rules/state';
import type { View } from './backend';

/** How many states are kept: more than any lag needs. */
const KEEP = 2000;

/** The states of the last while, so that reads can be late. */
export class Timeline {
  private entries: { at: number; state: VpcState }[];

  constructor(initial: VpcState) {
    this.entries = [{ at: -Infinity, state: initial }];
  }

  get latest(): VpcState {
    return (this.entries.at(-1) as { state: VpcState }).state;
  }

  /** Notes a change at a moment (milliseconds, any steady clock) and says whether it was one: the same state again is none. */
  push(state: VpcState, at: number): boolean {
    if (state === this.latest) return false;
    this.entries.push({ at, state });
    if (this.entries.length > KEEP) this.entries.shift();
    return true;
  }

  /** The state that a read with this view sees at the moment `now`. */
  seenBy(view: View, now: number): VpcState {
    switch (view.kind) {
      case 'now':
        return this.latest;
      case 'age':
        return this.at(now - view.ms);
      case 'before-last-change':
        return this.beforeLastChange();
    }
  }

  /** The state that was in force at a moment; the oldest known when that lies further back. */
  at(moment: number): VpcState {
    const entry = this.entries.findLast((one) => one.at <= moment) ?? this.entries[0];
    return (entry as { state: VpcState }).state;
  }

  /** The state before the last change. */
  beforeLastChange(): VpcState {
    return (this.entries.at(-2) ?? this.entries.at(-1))?.state ?? this.latest;
  }
}

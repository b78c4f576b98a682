import type { Watcher } from '../world/world';

/** One of the promises; its file says which, and how exactly it is checked. It calls `World.fail` when it is broken. */
export interface Invariant extends Watcher {
  /** Everything has calmed down, or should have. */
  atEnd?(): void;
}

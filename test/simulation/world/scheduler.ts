import { drainMicrotasks } from './microtasks';

/** Something that will happen; `run` is null once it has, or will not. */
export interface Event {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

/** Virtual time, in milliseconds: one heap of events, and after each everything that follows from it at the same moment. */
export class Scheduler {
  now = 0;
  /** Events that happened. */
  steps = 0;
  private order = 0;
  private readonly heap: Event[] = [];

  /** Calls `run` at that time, or now if it is over. */
  at(time: number, run: () => void): Event {
    const event: Event = { at: Math.max(time, this.now), order: this.order++, run };
    this.push(event);
    return event;
  }

  after(ms: number, run: () => void): Event {
    return this.at(this.now + ms, run);
  }

  cancel(event: Event | null): void {
    if (event !== null) event.run = null;
  }

  /** Lets time pass until `end`, or until `afterStep` returns true. */
  runUntil(end: number, afterStep: () => boolean): void {
    drainMicrotasks();
    for (;;) {
      const next = this.heap[0];
      if (next === undefined || next.at > end) break;
      this.pop();
      const { run } = next;
      if (run === null) continue;
      next.run = null;
      this.now = next.at;
      this.steps += 1;
      run();
      drainMicrotasks();
      if (afterStep()) return;
    }
    this.now = end;
  }

  private push(event: Event): void {
    const { heap } = this;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const up = (index - 1) >> 1;
      const above = heap[up]!;
      if (!isBefore(event, above)) break;
      heap[index] = above;
      index = up;
    }
    heap[index] = event;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let down = 2 * index + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && isBefore(heap[down + 1]!, heap[down]!)) down += 1;
      if (!isBefore(heap[down]!, last)) break;
      heap[index] = heap[down]!;
      index = down;
    }
    heap[index] = last;
  }
}

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

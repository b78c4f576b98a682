import type { Clock } from '../ports';
import { TimerHeap, type Timer } from './timer-heap';

/** Time that stands still until told to go on, so that hours pass in milliseconds and the same way every time. */
export class VirtualClock implements Clock {
  private time = 0;
  private readonly timers = new TimerHeap();
  private order = 0;
  private seed: number;

  constructor(seed = 1) {
    this.seed = seed;
  }

  now(): number {
    return this.time;
  }

  wall(): string {
    return new Date(Date.UTC(2026, 0, 1) + this.time).toISOString();
  }

  random(): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0;
    return this.seed / 2 ** 32;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const timer: Timer = { at: this.time + ms, order: this.order++, fire: resolve };
      this.timers.push(timer);
      signal?.addEventListener('abort', () => {
        // It stays in the heap until its time, with nothing to do: cheaper than to look for it.
        timer.fire = null;
        resolve();
      });
    });
  }

  /** Lets `ms` pass, everything due in between happening in order. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settled();
    for (;;) {
      const next = this.timers.first();
      if (next === undefined || next.at > end) break;
      this.timers.pop();
      if (next.fire === null) continue;
      this.time = Math.max(this.time, next.at);
      next.fire();
      await settled();
    }
    this.time = end;
  }

  /** Lets `ms` pass for the world, but not for this process: nothing due happens until the next `advance`. */
  pause(ms: number): void {
    this.time += ms;
  }
}

/** Resolves when every promise that can go on has gone on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

import type { Clock } from '../ports';

interface Timer {
  at: number;
  order: number;
  fire: () => void;
}

/** Time that stands still until told to go on, so that hours pass in milliseconds and the same way every time. */
export class VirtualClock implements Clock {
  private time = 0;
  private timers: Timer[] = [];
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
        this.timers = this.timers.filter((t) => t !== timer);
        resolve();
      });
    });
  }

  /** Lets `ms` pass, everything due in between happening in order. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settled();
    for (;;) {
      const next = this.timers
        .filter((t) => t.at <= end)
        .sort((a, b) => a.at - b.at || a.order - b.order)
        .at(0);
      if (next === undefined) break;
      this.timers = this.timers.filter((t) => t !== next);
      this.time = Math.max(this.time, next.at);
      next.fire();
      await settled();
    }
    this.time = end;
  }
}

/** Resolves when every promise that can go on has gone on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

import type { Clock } from '../../../node/reconciler/ports';
import type { Life } from './life';
import type { Random } from './random';
import type { Scheduler } from './scheduler';

/** The oscillator of one machine, from one boot to the next: it drifts, and counts time asleep. */
export class MachineClock {
  /** Milliseconds that the wall clock is wrong by; somebody may set it at any time. */
  wallOffsetMs = 0;
  private bootedAt: number;

  constructor(
    private readonly scheduler: Scheduler,
    /** e.g. 1.02: two per cent fast. */
    readonly rate: number,
  ) {
    this.bootedAt = scheduler.now;
  }

  reboot(): void {
    this.bootedAt = this.scheduler.now;
  }

  now(): number {
    return (this.scheduler.now - this.bootedAt) * this.rate;
  }

  /** How a process of this machine knows the time. */
  of(life: Life, random: Random): Clock {
    const { scheduler, rate } = this;
    return {
      now: () => this.now(),
      wall: () => new Date(Date.UTC(2026, 0, 1) + scheduler.now + this.wallOffsetMs).toISOString(),
      random: () => random.fraction(),
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted === true) {
            resolve();
            return;
          }
          // Timers are late, never early: by up to a millisecond when nothing else is going on.
          const event = scheduler.after(ms / rate + random.fraction(), () => life.enter(resolve));
          signal?.addEventListener('abort', () => {
            scheduler.cancel(event);
            resolve();
          });
        }),
    };
  }
}

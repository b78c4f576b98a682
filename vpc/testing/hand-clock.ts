import type { Clock } from '../server/clock';

/** A clock that a test moves by hand. */
export class HandClock implements Clock {
  private ms = 0;

  advance(ms: number): void {
    this.ms += ms;
  }

  steady(): number {
    return this.ms;
  }

  wall(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.ms);
  }

  sleep(ms: number): Promise<void> {
    this.advance(ms);
    return Promise.resolve();
  }
}

import { uptime } from 'node:os';
import type { Clock } from './reconciler/ports';

/** setTimeout's longest; beyond it fires at once. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;
/** The steps of `uptime` are up to 10 ms; a machine asleep is away for longer than this. */
const ASLEEP_MS = 250;

/**
 * The machine's clock: monotonic and fine like `performance.now()`, which stands still while the machine sleeps, and
 * moved on by what `uptime()`, which does not, has gained on it.
 */
export function createSystemClock(
  fine: () => number = () => performance.now(),
  withSleep: () => number = () => uptime() * 1000,
): Clock {
  let lead = withSleep() - fine();
  let slept = 0;
  return {
    now() {
      const gained = withSleep() - fine() - lead;
      if (gained > ASLEEP_MS) {
        lead += gained;
        slept += gained;
      }
      return fine() + slept;
    },
    wall: () => new Date().toISOString(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        const done = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, Math.min(ms, LONGEST_SLEEP_MS));
        signal?.addEventListener('abort', done, { once: true });
      }),
    random: () => Math.random(),
  };
}

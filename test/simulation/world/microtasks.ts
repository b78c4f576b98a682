import { setFlagsFromString } from 'node:v8';

/**
 * Runs every promise reaction that can run, before it returns; must not be called from within one. A turn of Node's event
 * loop would do the same at twenty times the price, and a simulated minute has thousands of turns.
 */
export const drainMicrotasks: () => void = (() => {
  setFlagsFromString('--allow-natives-syntax');
  // The only way to V8's own checkpoint; the flag has to be set before this text is compiled.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const drain = new Function('%PerformMicrotaskCheckpoint()') as () => void;
  setFlagsFromString('--no-allow-natives-syntax');
  return drain;
})();

/** Calls `run` where no promise reaction is running, as {@link drainMicrotasks} needs it. */
export const outsideMicrotasks = <T>(run: () => T): Promise<T> =>
  new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(run());
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });

/** Milliseconds that every process of this machine counts alike, and that never step back. */
export const now = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

/** The same of a moment on this process's `performance.now()`. */
export const ofPerformance = (moment: number): number => moment + PERFORMANCE_OFFSET;

/** The same of a moment on the wall clock, as logs have it: to a millisecond, while nobody sets the clock. */
export const ofWall = (moment: number): number => moment + WALL_OFFSET;

const PERFORMANCE_OFFSET = offsetOf(() => performance.now());
const WALL_OFFSET = offsetOf(() => Date.now());

/** What a clock is behind ours, by the reading of several that was disturbed least. */
function offsetOf(clock: () => number): number {
  let best = { width: Infinity, offset: 0 };
  for (let i = 0; i < 100; i += 1) {
    const before = now();
    const moment = clock();
    const width = now() - before;
    if (width < best.width) best = { width, offset: before + width / 2 - moment };
  }
  return best.offset;
}

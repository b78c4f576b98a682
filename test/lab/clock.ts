/** Milliseconds that every process of this machine counts alike, and that never step back. */
export const now = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

/** The same of a moment on this process's `performance.now()`. */
export const ofPerformance = (moment: number): number => moment + OFFSET;

/** The same of a moment on the wall clock, as logs have it: to a millisecond, while nobody sets the clock. */
export const ofWall = (moment: number): number => moment + WALL_OFFSET;

const OFFSET = now() - performance.now();
const WALL_OFFSET = now() - Date.now();

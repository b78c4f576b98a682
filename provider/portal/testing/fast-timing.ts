import type { PortalTiming } from '../settings';

/** For tests: the same order of things, a hundred times as fast. */
export const FAST_TIMING: PortalTiming = {
  connect: 500,
  answer: 300,
  retryFirst: 2,
  retryMost: 10,
  poll: 1_000,
  shareReads: 50,
};

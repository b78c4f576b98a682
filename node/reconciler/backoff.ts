import type { ErrorKind } from './ports';
import type { Timing } from './types';

/** Calls that are to be repeated at once are, this often; then they wait like the others. */
export const AT_ONCE = 3;

/**
 * How long to wait before try number `failures + 1`, with full jitter: doubling, bounded, and spread so that many nodes
 * that failed together do not come back together. What a person must mend is tried rarely, unasked.
 */
export function backoff(kind: ErrorKind, failures: number, timing: Timing, random: number): number {
  switch (kind) {
    case 'ask-a-person':
      return timing.askAPersonMs;
    case 'retry-now':
      if (failures <= AT_ONCE) return random * timing.backoffBaseMs * 0.2;
      return jittered(failures - AT_ONCE, timing, random);
    case 'retry-later':
      return jittered(failures, timing, random);
  }
}

function jittered(failures: number, timing: Timing, random: number): number {
  return random * Math.min(timing.backoffMaxMs, timing.backoffBaseMs * 2 ** Math.min(failures, 30));
}

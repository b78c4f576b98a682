import type { Timing } from './running-vpc';

export const DEFAULT_TIMING: Timing = {
  describeLagMs: 0,
  imdsLagMs: 0,
  credentialsTtlSeconds: 21_600,
  throttling: false,
  authorizeSource: false,
};

const NUMBERS: Partial<Record<keyof Timing, readonly [number, number]>> = {
  describeLagMs: [0, 600_000],
  imdsLagMs: [0, 600_000],
  credentialsTtlSeconds: [1, 43_200],
};

/** The timing with a change applied; throws a sentence when the change is not well-formed. */
export function changeTiming(timing: Timing, change: unknown): Timing {
  if (typeof change !== 'object' || change === null) throw new Error('The timing must be an object.');
  for (const [key, value] of Object.entries(change)) {
    if (!Object.hasOwn(DEFAULT_TIMING, key)) {
      throw new Error(`Timing has no field ${key}; known are ${Object.keys(DEFAULT_TIMING).join(', ')}.`);
    }
    const range = NUMBERS[key as keyof Timing];
    if (range && !(typeof value === 'number' && value >= range[0] && value <= range[1])) {
      throw new Error(`${key} is ${JSON.stringify(value)}; it must be a number from ${range[0]} to ${range[1]}.`);
    }
    if (!range && typeof value !== 'boolean') {
      throw new Error(`${key} is ${JSON.stringify(value)}; it must be true or false.`);
    }
  }
  return { ...timing, ...(change as Partial<Timing>) };
}

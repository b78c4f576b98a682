import * as fc from 'fast-check';
import { backoff } from './backoff';
import { DEFAULT_TIMING } from './timing';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('later: doubles, with full jitter, up to the maximum', () => {
  const longest = (failures: number) => backoff('retry-later', failures, DEFAULT_TIMING, 1);
  expect([1, 2, 3, 4].map(longest)).toEqual([1000, 2000, 4000, 8000]);
  expect(longest(1000)).toBe(30_000);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), random, (failures, r) => {
      const wait = backoff('retry-later', failures, DEFAULT_TIMING, r);
      return wait >= 0 && wait <= longest(failures);
    }),
  );
});

test('now: at once a few times, then as later', () => {
  for (const failures of [1, 2, 3]) expect(backoff('retry-now', failures, DEFAULT_TIMING, 1)).toBeLessThanOrEqual(100);
  expect(backoff('retry-now', 4, DEFAULT_TIMING, 1)).toBe(1000);
});

test('a person is given ten minutes', () => {
  expect(backoff('ask-a-person', 1, DEFAULT_TIMING, 0)).toBe(600_000);
});

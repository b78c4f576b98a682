import * as fc from 'fast-check';
import { failures, firstSuccess, longestGap } from './attempts';
import type { Attempt } from './clients/event';

const good = (began: number, ended = began + 1, by = 'a'): Attempt => ({ began, ended, by, failure: null });
const bad = (began: number): Attempt => ({ began, ended: began + 250, by: null, failure: 'timeout-connect' });

test('the gap runs from the last success before it to the first one after it', () => {
  const attempts = [good(0), good(5), bad(10), bad(15), good(20), good(25)];
  expect(longestGap(attempts, 0, 26)).toEqual({ ms: 15, from: 6, to: 21 });
});

test('a success that came late counts as late, even though it began in time', () => {
  expect(longestGap([good(0), good(5, 900), good(10, 901)], 0, 901).ms).toBe(899);
});

test('nobody at all is the whole time; a success outside of it is none', () => {
  expect(longestGap([bad(5), good(200)], 0, 100)).toEqual({ ms: 100, from: 0, to: 100 });
  expect(longestGap([], 7, 9).ms).toBe(2);
});

test('the order of the attempts does not matter, and one more success never makes the gap longer', () => {
  const moments = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 30 });
  fc.assert(
    fc.property(moments, fc.integer({ min: 0, max: 1000 }), (begins, another) => {
      const attempts = begins.map((began) => good(began));
      const gap = longestGap(attempts, 0, 1000).ms;
      expect(longestGap([...attempts].reverse(), 0, 1000).ms).toBe(gap);
      expect(longestGap([...attempts, good(another)], 0, 1000).ms).toBeLessThanOrEqual(gap);
    }),
  );
});

test('the first success of a gateway, and the count of failures', () => {
  const attempts = [good(0, 1, 'a'), bad(5), good(10, 12, 'b'), good(15, 16, 'a')];
  expect(firstSuccess(attempts, 0, 'b')).toBe(12);
  expect(firstSuccess(attempts, 2)).toBe(12);
  expect(firstSuccess(attempts, 20)).toBeNull();
  expect(failures(attempts, 5, 15)).toEqual({ failed: 1, of: 3 });
});

import * as fc from 'fast-check';
import { parseDuration } from './duration';

test.each([
  ['0', 0],
  ['30s', 30_000],
  ['2h45m', 9_900_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['1.s', 1000],
  ['100ms', 100],
  ['1µs', 0.001],
  ['1μs', 0.001],
  ['1us', 0.001],
  ['5ns', 0.000005],
  ['1m1m', 120_000],
  ['2562047h', 9_223_369_200_000],
])('%s', (text, ms) => {
  expect(parseDuration(text)).toBeCloseTo(ms, 6);
});

test.each([
  '',
  '30',
  's',
  '-1s',
  '+1s',
  '1 s',
  ' 1s',
  '1d',
  '1h 2m',
  '1,5h',
  'PT30S',
  '1.2.3s',
  '.s',
  '9999999h',
  '1S',
  '1e3s',
])('refuses %j', (text) => {
  expect(parseDuration(text)).toBeNull();
});

test('reads whatever is written part by part', () => {
  const part = fc.tuple(fc.nat(1000), fc.constantFrom('h', 'm', 's', 'ms'));
  const unit = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const ms = parts.reduce((sum, [n, u]) => sum + n * unit[u], 0);
      expect(parseDuration(parts.map(([n, u]) => `${n}${u}`).join(''))).toBe(ms);
    }),
  );
});

test('does not backtrack on what nearly is a duration', () => {
  expect(parseDuration(`${'1'.repeat(99)}x`)).toBeNull();
  expect(parseDuration('1'.repeat(1_000_000))).toBeNull();
});

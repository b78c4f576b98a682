import fc from 'fast-check';
import { matchesWildcard } from './filters';

test.each([
  ['10.0.1.*', '10.0.1.50', true],
  ['10.0.1.5?', '10.0.1.50', true],
  ['10.0.1.5?', '10.0.1.5', false],
  ['10.0.1.5', '10a0b1c5', false],
  ['*', '', true],
  ['(a|b)', 'a', false],
])('%s on %s: %s', (pattern, value, expected) => {
  expect(matchesWildcard(pattern, value)).toBe(expected);
});

test('a text without wildcards matches itself only', () => {
  const plain = fc.string().filter((text) => !/[*?]/.test(text));
  fc.assert(fc.property(plain, plain, (one, other) => matchesWildcard(one, other) === (one === other)));
});

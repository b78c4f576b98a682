import { attributePath } from '../cty/path';
import { parseNumber } from '../cty/number';
import type { Validator } from './validator';
import { between, lengthBetween, matches, oneOf, sizeBetween, wholeNumber } from './value-validators';

const lower = matches(/^[a-z]+$/, 'lower-case letters');
const verdict = (validator: Validator, value: unknown): string | null =>
  validator(value as never, attributePath('f'), {})[0]?.detail ?? null;

test.each<[string, Validator, unknown, string | null]>([
  ['oneOf', oneOf('a', 'b'), 'a', null],
  ['oneOf', oneOf('a', 'b'), 'A', 'f must be one of "a", "b", not "A".'],
  ['matches', lower, 'abc', null],
  ['matches', lower, 'a"c', 'f must be lower-case letters, not "a\\"c".'],
  ['between', between(1, 3), 1, null],
  ['between', between(1, 3), 3, null],
  ['between', between(1, 3), 4, 'f must be from 1 to 3, not 4.'],
  ['between', between(1, 3), 0, 'f must be from 1 to 3, not 0.'],
  ['lengthBetween', lengthBetween(1, 2), '🎈🎈', null],
  ['lengthBetween', lengthBetween(1, 2), '', 'f must be 1 to 2 characters long, not "" (0 characters).'],
  ['sizeBetween', sizeBetween(1, 2), ['a'], null],
  ['sizeBetween', sizeBetween(1, 2), [], 'f must be 1 to 2 elements long, not 0 elements.'],
  ['wholeNumber', wholeNumber, 7, null],
  ['wholeNumber', wholeNumber, 1.5, 'f must be a whole number, not 1.5.'],
  [
    'wholeNumber',
    wholeNumber,
    parseNumber('1.50000000000000000001'),
    'f must be a whole number, not 1.50000000000000000001.',
  ],
  ['wholeNumber', wholeNumber, 2n ** 53n, 'f must be a whole number, not 9007199254740992.'],
])('%s', (_, validator, value, expected) => {
  expect(verdict(validator, value)).toBe(expected);
});

test('a pattern with the g flag judges each value alone', () => {
  const global = matches(/a/g, 'with an a');
  expect([verdict(global, 'a'), verdict(global, 'a')]).toEqual([null, null]);
});

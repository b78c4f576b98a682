import { valuesEqual } from './canonical';
import { parseNumber } from './number';
import type { Type } from './type';
import { DYNAMIC, NUMBER, STRING, listOf, mapOf, objectOf, setOf } from './type';
import { UNKNOWN, Unknown } from './unknown';
import type { Value } from './value';
import { Dynamic } from './value';

const nested = setOf(objectOf({ a: setOf(STRING), b: NUMBER }));

test.each<[string, Value, Value, Type, boolean]>([
  ['strings by their NFC', 'e\u0301', '\u00e9', STRING, true],
  ['a string and null', '', null, STRING, false],
  ['numbers of different form', 7n, 7, NUMBER, true],
  ['a fraction and its text', 0.1, parseNumber('0.10'), NUMBER, true],
  ['-0 and 0', -0, 0, NUMBER, true],
  ['near integers', 9007199254740993n, 9007199254740992n, NUMBER, false],
  ['lists in order', ['a', 'b'], ['b', 'a'], listOf(STRING), false],
  ['sets without order or repetition', ['a', 'b', 'a'], ['b', 'a'], setOf(STRING), true],
  ['sets of different elements', ['a'], ['a', 'b'], setOf(STRING), false],
  ['sets within sets', [{ a: ['x', 'y'], b: 1 }], [{ b: 1n, a: ['y', 'x'] }], nested, true],
  ['maps by key', { a: '1', b: '2' }, { b: '2', a: '1' }, mapOf(STRING), true],
  ['maps with and without a null', { a: null }, {}, mapOf(STRING), false],
  ['unknown and known', UNKNOWN, 'x', STRING, false],
  ['unknown values', UNKNOWN, new Unknown(), STRING, true],
  ['unknown values of different refinement', UNKNOWN, new Unknown({ nullable: false }), STRING, false],
  [
    'refinements in another form',
    new Unknown({ min: { value: 1n, inclusive: true } }),
    new Unknown({ min: { value: 1, inclusive: true } }),
    NUMBER,
    true,
  ],
  ['dynamic values of different type', new Dynamic(STRING, '1'), new Dynamic(NUMBER, 1), DYNAMIC, false],
  ['dynamic values', new Dynamic(setOf(STRING), ['a', 'b']), new Dynamic(setOf(STRING), ['b', 'a']), DYNAMIC, true],
  ['keys that look like syntax', { 'a":"1","b': '2' }, { a: '1', b: '2' }, mapOf(STRING), false],
])('compares %s', (_, a, b, type, equal) => {
  expect(valuesEqual(a, b, type)).toBe(equal);
  expect(valuesEqual(b, a, type)).toBe(equal);
});

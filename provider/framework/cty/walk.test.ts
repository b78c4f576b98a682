import * as fc from 'fast-check';
import { valuesEqual } from './canonical';
import { conformanceErrors } from './conform';
import { pathText } from './path';
import { anyType, valueOf } from './testing/arbitraries';
import { BOOL, DYNAMIC, NUMBER, STRING, listOf, mapOf, objectOf, setOf, tupleOf } from './type';
import { UNKNOWN, isUnknown } from './unknown';
import type { Value } from './value';
import { Dynamic } from './value';
import { containsUnknown, transform, walk } from './walk';

const type = objectOf({
  list: listOf(STRING),
  map: mapOf(NUMBER),
  set: setOf(BOOL),
  tuple: tupleOf([STRING, NUMBER]),
  dynamic: DYNAMIC,
});
const value: Value = {
  list: ['a', UNKNOWN],
  map: { 'k"': 1 },
  set: [true],
  tuple: ['t', null],
  dynamic: new Dynamic(objectOf({ x: STRING }), { x: 'y' }),
};

test('walks every part with its path', () => {
  const seen: string[] = [];
  walk(value, type, (_value, t, path) => seen.push(`${pathText(path)} ${t.kind}`) > 0);
  expect(seen).toEqual([
    ' object',
    'dynamic dynamic',
    'dynamic object',
    'dynamic.x string',
    'list list',
    'list[0] string',
    'list[1] string',
    'map map',
    'map["k\\""] number',
    'set set',
    'set[...] bool',
    'tuple tuple',
    'tuple[0] string',
    'tuple[1] number',
  ]);
});

test('does not enter what the visitor declines', () => {
  const seen: string[] = [];
  walk(value, type, (_value, _type, path) => seen.push(pathText(path)) === 1);
  expect(seen).toEqual(['', 'dynamic', 'list', 'map', 'set', 'tuple']);
});

test('transforms innermost first', () => {
  const result = transform(value, type, (v) => (isUnknown(v) ? 'known' : typeof v === 'number' ? v + 1 : v));
  expect(result).toEqual({ ...(value as object), list: ['a', 'known'], map: { 'k"': 2 } });
  expect(containsUnknown(value)).toBe(true);
  expect(containsUnknown(result)).toBe(false);
});

test('finds what is unknown inside a dynamic value', () => {
  expect(containsUnknown(new Dynamic(listOf(STRING), [UNKNOWN]))).toBe(true);
});

test('a transform that changes nothing yields an equal value of the same type', () => {
  const typed = anyType.chain((t) => valueOf(t, { unknown: true }).map((v) => [t, v] as const));
  fc.assert(
    fc.property(typed, ([t, v]) => {
      const same = transform(v, t, (part) => part);
      expect(conformanceErrors(same, t)).toEqual([]);
      expect(valuesEqual(same, v, t)).toBe(true);
    }),
  );
});

import { conformanceErrors } from './conform';
import type { Type } from './type';
import { BOOL, DYNAMIC, NUMBER, STRING, listOf, mapOf, objectOf, setOf, tupleOf } from './type';
import { UNKNOWN } from './unknown';
import { Dynamic } from './value';

const thing = objectOf({ name: STRING, tags: mapOf(NUMBER) });

test.each<[string, unknown, Type, string[]]>([
  ['null', null, thing, []],
  ['unknown', UNKNOWN, thing, []],
  ['a good object', { name: 'a', tags: { x: 1n } }, thing, []],
  [
    'all that is wrong at once',
    { name: 1, tags: { x: 'y', z: 1 }, more: 1 },
    thing,
    [
      'name: string is required, not a number',
      'tags["x"]: number is required, not a string',
      'more: there is no such attribute',
    ],
  ],
  [
    'a missing attribute',
    { name: undefined },
    thing,
    ['name: string is required, not undefined', 'tags: the attribute is missing'],
  ],
  [
    'an inherited attribute',
    Object.create({ name: 'a', tags: null }),
    thing,
    ['name: the attribute is missing', 'tags: the attribute is missing'],
  ],
  ['infinity', [1, Infinity], listOf(NUMBER), ['[1]: number is required, not a number']],
  ['a set element', [true, 'x'], setOf(BOOL), ['[...]: bool is required, not a string']],
  ['a tuple too long', [true, true], tupleOf([BOOL]), ['tuple([bool]) is required, not an array of 2']],
  ['a tuple element', ['x'], tupleOf([BOOL]), ['[0]: bool is required, not a string']],
  ['an array for an object', [], thing, ['object({name = string, tags = map(number)}) is required, not an array of 0']],
  ['an array for a map', [], mapOf(STRING), ['map(string) is required, not an array of 0']],
  ['a record for a list', {}, listOf(STRING), ['list(string) is required, not an object']],
  ['a bare value', 'x', DYNAMIC, ['any is required, not a string']],
  ['inside a dynamic value', new Dynamic(listOf(STRING), ['a', 1]), DYNAMIC, ['[1]: string is required, not a number']],
])('%s', (_, value, type, messages) => {
  expect(conformanceErrors(value, type).map((e) => e.message)).toEqual(messages);
});

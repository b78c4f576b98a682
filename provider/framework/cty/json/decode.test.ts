import type { Type } from '../type';
import { BOOL, DYNAMIC, NUMBER, STRING, listOf, mapOf, objectOf, setOf, tupleOf } from '../type';
import { UNKNOWN } from '../unknown';
import { Dynamic, recordOf } from '../value';
import type { Value } from '../value';
import { decodeJson } from './decode';
import { encodeJson } from './encode';

const thing = objectOf({ name: STRING, tags: mapOf(NUMBER) });

test('reads integers beyond 2^53 exactly', () => {
  expect(decodeJson('9007199254740993', NUMBER)).toBe(9007199254740993n);
  expect(decodeJson('"9007199254740993"', NUMBER)).toBe(9007199254740993n);
});

test('a missing attribute is null', () => {
  expect(decodeJson('{"name":"a"}', thing)).toEqual({ name: 'a', tags: null });
});

test('an attribute the type has not is refused, or dropped on request', () => {
  expect(() => decodeJson('{"name":"a","old":1}', thing)).toThrow('old: there is no such attribute');
  expect(decodeJson('{"name":"a","old":1}', thing, { ignoreUndefinedAttributes: true })).toEqual({
    name: 'a',
    tags: null,
  });
});

test('strings and keys come in NFC', () => {
  expect(decodeJson('{"e\u0301":"e\u0301"}', mapOf(STRING))).toEqual({ '\u00e9': '\u00e9' });
});

test('bytes are read as UTF-8, and refused when they are not', () => {
  expect(decodeJson(Buffer.from('"ü"'), STRING)).toBe('ü');
  expect(() => decodeJson(Buffer.from('"ü"', 'latin1'), STRING)).toThrow('not UTF-8');
});

test('dynamic values carry their type', () => {
  expect(decodeJson('{"type":["list","string"],"value":["a"]}', DYNAMIC)).toEqual(new Dynamic(listOf(STRING), ['a']));
  expect(encodeJson(new Dynamic(NUMBER, 2n ** 64n), DYNAMIC)).toBe('{"value":18446744073709551616,"type":"number"}');
  expect(decodeJson('null', DYNAMIC)).toBeNull();
});

test.each<[string, Type, string]>([
  ['1', STRING, 'a string is required, not JSON of type number'],
  ['"true"', BOOL, 'a bool is required, not JSON of type string'],
  ['true', NUMBER, 'a number is required, not JSON of type boolean'],
  ['"x"', NUMBER, 'a number is required: not a decimal number'],
  ['{}', listOf(STRING), 'an array is required, not JSON of type object'],
  ['["a",1]', setOf(STRING), '[...]: a string is required, not JSON of type number'],
  ['["a",1]', listOf(STRING), '[1]: a string is required, not JSON of type number'],
  ['[1]', tupleOf([NUMBER, NUMBER]), 'a tuple of 2 elements is required, not of 1'],
  ['[]', thing, 'an object is required, not JSON of type array'],
  ['{"tags":{"a":true}}', thing, 'tags["a"]: a number is required, not JSON of type boolean'],
  ['{"value":1}', DYNAMIC, 'a dynamic value must have a type and a value'],
  ['{"value":1,"type":"x"}', DYNAMIC, 'not a type: there is no type "x"'],
  ['{"value":1,"type":"dynamic"}', DYNAMIC, 'a dynamic value must say its type'],
  ['{', STRING, 'not JSON: expected a key (at character 1)'],
])('refuses %s', (json, type, message) => {
  expect(() => decodeJson(json, type)).toThrow(message);
});

test.each<[Value, Type, string]>([
  [{ name: UNKNOWN, tags: null }, thing, 'name: an unknown value cannot be stored'],
  [{ name: 'a' }, thing, 'tags: the attribute is missing'],
  [{ name: 'a', tags: null, x: 1 }, thing, 'x: there is no such attribute'],
  [[1], listOf(STRING), '[0]: a value of type string is required, not a number'],
  [NaN, NUMBER, 'a value of type number is required, not a number'],
])('does not write %j', (value, type, message) => {
  expect(() => encodeJson(value, type)).toThrow(message);
});

test('writes the keys of a map sorted, whatever they are named', () => {
  const map = recordOf([
    ['b', 'x'],
    ['__proto__', 'y'],
  ]);
  expect(encodeJson(map, mapOf(STRING))).toBe('{"__proto__":"y","b":"x"}');
});

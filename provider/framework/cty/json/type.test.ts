import * as fc from 'fast-check';
import { anyType } from '../testing/arbitraries';
import { BOOL, DYNAMIC, NUMBER, STRING, listOf, mapOf, objectOf, setOf, tupleOf, typeText } from '../type';
import { typeFromJson, typeToJson, typesEqual } from './type';

const everything = objectOf(
  { s: setOf(BOOL), a: listOf(STRING), t: tupleOf([NUMBER, DYNAMIC]), m: mapOf(objectOf({})) },
  ['t', 'a'],
);
const json =
  '["object",{"a":["list","string"],"m":["map",["object",{}]],"s":["set","bool"],"t":["tuple",["number","dynamic"]]},["a","t"]]';

test('types read and write Terraform’s notation', () => {
  expect(typeToJson(everything)).toBe(json);
  expect(typeFromJson(json)).toEqual(everything);
  expect(typeFromJson(Buffer.from(json))).toEqual(everything);
});

test('every type survives', () => {
  fc.assert(
    fc.property(anyType, (type) => {
      expect(typesEqual(typeFromJson(typeToJson(type)), type)).toBe(true);
    }),
  );
});

test('optional attributes make a type different', () => {
  expect(typesEqual(objectOf({ a: STRING }), objectOf({ a: STRING }, ['a']))).toBe(false);
});

test('types are shown as users write them', () => {
  expect(typeText(everything)).toBe(
    'object({a = optional(list(string)), m = map(object({})), s = set(bool), t = optional(tuple([number, any]))})',
  );
});

test.each([
  ['7', 'not a type: expected a string or an array'],
  ['"int"', 'not a type: there is no type "int"'],
  ['["list"]', 'not a type: the argument is missing'],
  ['["list","string","string"]', 'not a type: too many arguments'],
  ['["bag","string"]', 'not a type: there is no type "bag"'],
  ['[1,"string"]', 'not a type: expected a kind'],
  ['["tuple","string"]', 'not a type: a tuple takes an array of types'],
  ['["object",["string"]]', 'not a type: an object takes an object of types'],
  ['["object",{"a":"string"},["b"]]', 'not a type: an optional attribute that is none'],
  ['["object",{"a":"string"},"a"]', 'not a type: optional attributes come as an array of names'],
  ['["list"', 'not JSON: expected "," or "]" (at character 7)'],
])('refuses %s', (text, message) => {
  expect(() => typeFromJson(text)).toThrow(message);
});

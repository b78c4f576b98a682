import * as fc from 'fast-check';
import { anyType, valueOf } from '../testing/arbitraries';
import { PathError } from '../path-error';
import type { Type } from '../type';
import { BOOL, DYNAMIC, NUMBER, STRING, listOf, mapOf, objectOf, setOf, tupleOf } from '../type';
import type { Value } from '../value';
import { Dynamic } from '../value';
import { decodeMsgpack } from './decode';
import { encodeMsgpack } from './encode';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** The decoder's error for these bytes. */
function refusal(bytes: Uint8Array, type: Type): string {
  try {
    decodeMsgpack(bytes, type);
  } catch (error) {
    if (error instanceof PathError) return error.message;
    throw error;
  }
  throw new Error('was accepted');
}

const thing = objectOf({ name: STRING, tags: mapOf(NUMBER), list: listOf(BOOL) });

test.each<[string, string, Type, string]>([
  ['nothing', '', STRING, 'msgpack ends too early'],
  ['a string cut short', 'a5 61', STRING, 'msgpack ends too early'],
  ['a list that claims 4 billion elements', 'dd ff ff ff ff', listOf(STRING), 'msgpack ends too early'],
  ['a map that claims 4 billion entries', 'df ff ff ff ff c0', mapOf(STRING), 'msgpack ends too early'],
  ['a string that claims 4 GB', 'db ff ff ff ff 61', STRING, 'msgpack ends too early'],
  ['a refinement that claims 4 GB', 'c9 ff ff ff ff 0c', STRING, 'msgpack ends too early'],
  ['the byte that means nothing', 'c1', STRING, 'not msgpack: byte 0xc1'],
  ['two values', 'c0 c0', STRING, 'something follows the value'],
  ['a number for a string', '07', STRING, 'a value of type string is required, not msgpack int'],
  ['a string for a bool', 'a1 61', BOOL, 'a value of type bool is required, not msgpack str'],
  ['bytes that are not UTF-8', 'a1 ff', STRING, 'not UTF-8'],
  ['a NaN', 'cb 7f f8 00 00 00 00 00 00', NUMBER, 'NaN is no number that Terraform knows'],
  ['text that is no number', 'a1 78', NUMBER, 'not a decimal number'],
  ['an object of too few attributes', '81 a4 6e 61 6d 65 c0', thing, 'an object of 3 attributes is required, not of 1'],
  ['a foreign attribute', '83 a1 78 c0 a4 6e 61 6d 65 c0 a4 74 61 67 73 c0', thing, 'x: there is no such attribute'],
  [
    'an attribute twice',
    '83 a4 6e 61 6d 65 c0 a4 6e 61 6d 65 c0 a4 74 61 67 73 c0',
    thing,
    'name: the attribute comes twice',
  ],
  [
    'an inherited attribute',
    '83 a8 74 6f 53 74 72 69 6e 67 c0 c0 c0 c0 c0',
    thing,
    'toString: there is no such attribute',
  ],
  [
    'a wrong map element',
    '83 a4 74 61 67 73 81 a1 6b c3 a4 6e 61 6d 65 c0 a4 6c 69 73 74 c0',
    thing,
    'tags["k"]: a value of type number is required, not msgpack bool',
  ],
  ['a key that is no string', '81 01 c0', mapOf(STRING), 'a key must be a string, not int'],
  ['a key twice', '82 a1 61 c0 a1 61 c0', mapOf(STRING), '["a"]: the key comes twice'],
  ['a wrong list element', '92 c3 01', listOf(BOOL), '[1]: a value of type bool is required, not msgpack int'],
  ['a wrong set element', '92 c3 01', setOf(BOOL), '[...]: a value of type bool is required, not msgpack int'],
  ['a tuple too long', '92 c3 c3', tupleOf([BOOL]), 'a tuple of 1 elements is required, not of 2'],
  [
    'a dynamic value that does not begin with its type',
    '92 01 01',
    DYNAMIC,
    'a dynamic value must begin with its type',
  ],
  ['a dynamic value of an unheard-of type', '92 c4 03 22 78 22 01', DYNAMIC, 'not a type: there is no type "x"'],
  [
    'a dynamic value of dynamic type',
    '92 c4 09 22 64 79 6e 61 6d 69 63 22 c0',
    DYNAMIC,
    'a dynamic value must say its type',
  ],
  ['a dynamic value of three', '93 c0 c0 c0', DYNAMIC, 'a value of type dynamic is required, not msgpack array'],
  ['refinements that are no map', 'd5 0c 91 01', STRING, 'an unknown value whose refinements are no map'],
  [
    'a refinement without a number',
    'c7 03 0c 81 a0 c0',
    STRING,
    'an unknown value with a refinement that has no number',
  ],
  ['a malformed bound', 'c7 03 0c 81 03 01', NUMBER, 'an unknown value with a malformed bound'],
])('refuses %s', (_, bytes, type, message) => {
  expect(refusal(hex(bytes), type)).toBe(message);
});

test('reads a refinement it does not know as if it were not there', () => {
  // {1: false, 99: [{"a": nil}, bin, ext]}
  const bytes = hex('c7 0f 0c 82 01 c2 63 93 81 a1 61 c0 c4 01 00 d4 05 00');
  expect(decodeMsgpack(bytes, STRING)).toEqual({ refinements: { nullable: false } });
});

test('refuses a nesting that would exhaust the stack', () => {
  let type: Type = STRING;
  for (let i = 0; i < 300; i++) type = listOf(type);
  const bytes = Buffer.concat([Buffer.alloc(300, 0x91), Buffer.of(0xc0)]);
  expect(refusal(bytes, type)).toMatch(/: nested more than 200 deep$/);

  const depth = 100_000;
  const json = Buffer.from(`${'["list",'.repeat(depth)}"string"${']'.repeat(depth)}`);
  const head = Buffer.of(0x92, 0xc6, 0, 0, 0, 0);
  head.writeUInt32BE(json.length, 2);
  expect(refusal(Buffer.concat([head, json, Buffer.of(0xc0)]), DYNAMIC)).toMatch(/nested more than 200 deep/);
});

test('refuses more values than memory should hold', () => {
  const bytes = Buffer.alloc(1_000_006, 0xc0);
  bytes[0] = 0xdd;
  bytes.writeUInt32BE(bytes.length - 5, 1);
  expect(refusal(bytes, listOf(STRING))).toBe('[999999]: more than 1000000 values in one message');
});

test('any bytes either decode or are refused with a PathError', () => {
  fc.assert(
    fc.property(anyType, fc.uint8Array({ maxLength: 60 }), (type, bytes) => {
      try {
        decodeMsgpack(bytes, type);
      } catch (error) {
        expect(error).toBeInstanceOf(PathError);
      }
    }),
    { numRuns: 1000 },
  );
});

test('so do good bytes with one of them changed or the end cut off', () => {
  const typed = anyType.chain((type) => valueOf(type, { unknown: true }).map((value): [Type, Value] => [type, value]));
  fc.assert(
    fc.property(typed, fc.nat(), fc.nat(255), fc.boolean(), ([type, value], at, byte, cut) => {
      const bytes = encodeMsgpack(value, type).slice();
      bytes[at % bytes.length] = byte;
      try {
        decodeMsgpack(cut ? bytes.subarray(0, at % bytes.length) : bytes, type);
      } catch (error) {
        expect(error).toBeInstanceOf(PathError);
      }
    }),
    { numRuns: 1000 },
  );
});

test.each<[string, unknown, Type, string]>([
  [
    'a number for a string',
    { name: 1, tags: null, list: null },
    thing,
    'name: a value of type string is required, not a number',
  ],
  ['a missing attribute', { name: 'a', tags: null }, thing, 'list: the attribute is missing'],
  [
    'an inherited attribute',
    Object.create({ name: 'a', tags: null, list: null }),
    thing,
    'list: the attribute is missing',
  ],
  ['a foreign attribute', { name: 'a', tags: null, list: null, x: 1 }, thing, 'x: there is no such attribute'],
  ['undefined', undefined, STRING, 'a value of type string is required, not undefined'],
  ['a function', () => 1, STRING, 'a value of type string is required, not a function'],
  [
    'infinity',
    { name: null, tags: { a: Infinity }, list: null },
    thing,
    'tags["a"]: Infinity is no number that Terraform knows',
  ],
  ['half a surrogate pair', ['\ud800'], listOf(STRING), '[0]: not Unicode: it holds half a surrogate pair'],
  ['a tuple too short', [], tupleOf([BOOL]), 'a tuple of 1 elements is required, not of 0'],
  ['a bare value for a dynamic one', 'x', DYNAMIC, 'a value of type dynamic is required, not a string'],
  ['a dynamic value of dynamic type', new Dynamic(DYNAMIC, null), DYNAMIC, 'a dynamic value must say its type'],
])('does not write %s', (_, value, type, message) => {
  expect(() => encodeMsgpack(value as Value, type)).toThrow(message);
});

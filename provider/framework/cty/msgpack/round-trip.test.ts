import { decode as referenceDecode, encode as referenceEncode, ExtData } from '@msgpack/msgpack';
import * as fc from 'fast-check';
import { valuesEqual } from '../canonical';
import { conformanceErrors } from '../conform';
import { decodeJson } from '../json/decode';
import { encodeJson } from '../json/encode';
import { anyType, text, valueOf } from '../testing/arbitraries';
import type { Type } from '../type';
import { NUMBER, STRING, listOf, mapOf, objectOf } from '../type';
import type { Value } from '../value';
import { containsUnknown } from '../walk';
import { decodeMsgpack } from './decode';
import { encodeMsgpack } from './encode';

const typed = (unknown: boolean): fc.Arbitrary<[Type, Value]> =>
  anyType.chain((type) => valueOf(type, { unknown }).map((value): [Type, Value] => [type, value]));

test('every value survives msgpack, down to refinements and exact numbers', () => {
  fc.assert(
    fc.property(typed(true), ([type, value]) => {
      expect(conformanceErrors(value, type)).toEqual([]);
      const back = decodeMsgpack(encodeMsgpack(value, type), type);
      expect(conformanceErrors(back, type)).toEqual([]);
      expect(valuesEqual(back, value, type)).toBe(true);
      expect(containsUnknown(back)).toBe(containsUnknown(value));
    }),
    { numRuns: 300 },
  );
});

test('every known value survives JSON', () => {
  fc.assert(
    fc.property(typed(false), ([type, value]) => {
      expect(valuesEqual(decodeJson(encodeJson(value, type), type), value, type)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('what we write is msgpack to another implementation', () => {
  fc.assert(
    fc.property(typed(true), ([type, value]) => {
      const bytes = encodeMsgpack(value, type);
      // It refuses this key, which Terraform allows.
      fc.pre(!Buffer.from(bytes).includes('__proto__'));
      expect(() => referenceDecode(bytes, { useBigInt64: true })).not.toThrow();
    }),
  );
});

const plain = objectOf({ list: listOf(NUMBER), map: mapOf(STRING), text: STRING });
const plainValue = fc.record({
  list: fc.array(fc.integer(), { maxLength: 40 }),
  map: fc.dictionary(fc.stringMatching(/^[a-z]{1,12}$/), text(70)),
  text: fc.oneof(
    text(10),
    fc.nat(70_000).map((n) => 'x'.repeat(n)),
  ),
});

test('both ways agree with another implementation, byte for byte', () => {
  fc.assert(
    fc.property(plainValue, (value) => {
      const ours = encodeMsgpack(value, plain);
      const theirs = referenceEncode(value, { sortKeys: true });
      expect(Buffer.compare(ours, theirs)).toBe(0);
      expect(valuesEqual(decodeMsgpack(theirs, plain), value, plain)).toBe(true);
    }),
  );
});

test.each([1, 2, 3, 4, 8, 16, 17, 300, 70_000])('an extension of %d bytes is unknown, whatever its code', (length) => {
  const bytes = referenceEncode(new ExtData(99, new Uint8Array(length)));
  expect(containsUnknown(decodeMsgpack(bytes, STRING))).toBe(true);
});

test('lists of every width of length are written and read', () => {
  for (const length of [15, 16, 65_535, 65_536]) {
    const value = new Array<number>(length).fill(1);
    const bytes = encodeMsgpack(value, listOf(NUMBER));
    expect(Buffer.compare(bytes, referenceEncode(value))).toBe(0);
    expect(decodeMsgpack(bytes, listOf(NUMBER))).toHaveLength(length);
  }
});

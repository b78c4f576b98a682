import * as fc from 'fast-check';
import type { NumberValue } from '../number';
import { canonicalNumber, parseNumber } from '../number';
import type { Type } from '../type';
import { BOOL, DYNAMIC, NUMBER, STRING, listOf, mapOf, objectOf, setOf, tupleOf } from '../type';
import { UNKNOWN, Unknown } from '../unknown';
import type { Value } from '../value';
import { Dynamic, recordOf } from '../value';

/** Few characters, each of another width in UTF-8, one that NFC composes, and what has a meaning in JSON: a short list is quick to draw from. */
export const character = fc.constantFrom('a', 'b', '0', ' ', '"', '\\', '\n', '\u0000', 'é', 'e\u0301', '☃', '🎈');

/** A string in NFC of up to so many of them. */
export const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: character, maxLength }).map((s) => s.normalize('NFC'));

/** Names with the traps in them. */
const key = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', 'a', 'b', 'ü'), text(8));

export const anyType: fc.Arbitrary<Type> = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Type>(STRING, NUMBER, BOOL, DYNAMIC),
    tie('type').map(listOf),
    tie('type').map(setOf),
    tie('type').map(mapOf),
    fc.array(tie('type'), { maxLength: 3 }).map(tupleOf),
    fc.array(fc.tuple(key, tie('type')), { maxLength: 4 }).map((entries) => objectOf(Object.fromEntries(entries))),
  ),
})).type;

export const anyNumber: fc.Arbitrary<NumberValue> = fc
  .oneof(
    fc.integer(),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc
      .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: -60, max: 60 }))
      .map(([digits, exponent]) => parseNumber(`${digits}e${exponent}`)),
  )
  .map(canonicalNumber);

/** A value of that type; with `unknown`, parts of it may be unknown. */
export function valueOf(type: Type, options: { unknown: boolean }): fc.Arbitrary<Value> {
  const known = knownOf(type, options);
  const absent: fc.Arbitrary<Value>[] = [fc.constant(null)];
  if (options.unknown) absent.push(unknownOf(type));
  return fc.oneof({ weight: 8, arbitrary: known }, { weight: 1, arbitrary: fc.oneof(...absent) });
}

function knownOf(type: Type, options: { unknown: boolean }): fc.Arbitrary<Value> {
  switch (type.kind) {
    case 'string':
      return text(40);
    case 'bool':
      return fc.boolean();
    case 'number':
      return anyNumber;
    case 'list':
    case 'set':
      return fc.array(valueOf(type.element, options), { maxLength: 4 });
    case 'map':
      return fc.array(fc.tuple(key, valueOf(type.element, options)), { maxLength: 4 }).map(recordOf);
    case 'tuple':
      return fc.tuple(...type.elements.map((t) => valueOf(t, options)));
    case 'object': {
      const entries = Object.entries(type.attributes);
      return fc
        .tuple(...entries.map(([, t]) => valueOf(t, options)))
        .map((values) => recordOf(entries.map(([name], i) => [name, values[i] ?? null])));
    }
    case 'dynamic':
      return fc
        .constantFrom<Type>(STRING, NUMBER, listOf(BOOL), objectOf({ a: STRING, d: DYNAMIC }))
        .chain((inner) => valueOf(inner, options).map((value) => new Dynamic(inner, value)));
  }
}

function unknownOf(type: Type): fc.Arbitrary<Value> {
  const nullable = fc.constant({ nullable: false });
  const length = fc
    .tuple(fc.nat(9), fc.nat(9))
    .map(([minLength, more]) => ({ minLength, maxLength: minLength + more }));
  const bound = fc.record({ value: anyNumber, inclusive: fc.boolean() });
  const refined: fc.Arbitrary<Value>[] = [fc.constant(UNKNOWN)];
  const add = (r: fc.Arbitrary<ConstructorParameters<typeof Unknown>[0]>): void => {
    refined.push(r.map((known) => new Unknown(known)));
  };
  if (type.kind !== 'dynamic') add(nullable);
  if (type.kind === 'string') add(text(9).map((rest) => ({ prefix: `p${rest}` })));
  if (type.kind === 'number') add(fc.record({ min: bound, max: bound }));
  if (type.kind === 'list' || type.kind === 'set' || type.kind === 'map') add(length);
  return fc.oneof(...refined);
}

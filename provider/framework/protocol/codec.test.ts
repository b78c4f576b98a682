import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { isMessage, type EnumType, type Field, type FieldTable, type Scalar } from './field';
import { message, type MessageType } from './message';
import * as generated from './tfplugin6.generated';
import { WireError } from './wire-error';

const TYPES = Object.values(generated).filter((item) => 'decode' in item) as unknown as MessageType<object>[];

const root = protobuf.parse(readFileSync(join(__dirname, 'tfplugin6.proto'), 'utf8')).root;
root.addJSON(protobuf.common.get('google/protobuf/timestamp.proto')!.nested!);

describe('against protobufjs', () => {
  test('every message of the .proto is there', () => {
    const names: string[] = [];
    const collect = (namespace: protobuf.NamespaceBase) => {
      for (const item of namespace.nestedArray) {
        if (item instanceof protobuf.Type && (item.fieldsArray.length > 0 || item.nestedArray.length === 0))
          names.push(item.fullName.slice(1));
        if (item instanceof protobuf.Namespace) collect(item);
      }
    };
    collect(root);
    expect(TYPES.map((type) => type.name).sort()).toEqual(names.sort());
    expect(names.length).toBeGreaterThan(80);
  });

  test.each(TYPES.map((type) => [type.name, type] as const))('%s', (name, type) => {
    const oracle = root.lookupType(name);
    fc.assert(
      fc.property(valueOf(type, 2), (value) => {
        const theirs = oracle.encode(oracle.fromObject(toOracle(type, value))).finish();
        expect(type.decode(theirs)).toEqual(value);
        const ours = type.encode(value);
        expect(oracle.toObject(oracle.decode(ours), { longs: Number, enums: String })).toEqual(
          oracle.toObject(oracle.decode(theirs), { longs: Number, enums: String }),
        );
        expect(type.decode(ours)).toEqual(value);
      }),
      { numRuns: 12 },
    );
  });
});

describe('bytes that a sender may write otherwise', () => {
  interface Sample {
    readonly numbers: readonly number[];
    readonly text?: string;
    readonly choice?:
      { readonly case: 'left'; readonly value: Sample } | { readonly case: 'right'; readonly value: number };
    readonly inner?: Sample;
    readonly byName: ReadonlyMap<string, number>;
    readonly kind: 'NONE' | 'SOME';
  }
  const Sample: MessageType<Sample> = message<Sample>('test.Sample', () => [
    { no: 1, name: 'numbers', type: 'int64', as: 'repeated' },
    { no: 2, name: 'text', type: 'string', as: 'optional' },
    { no: 3, name: 'left', type: Sample, oneof: 'choice' },
    { no: 4, name: 'right', type: 'uint32', oneof: 'choice' },
    { no: 5, name: 'inner', type: Sample },
    { no: 6, name: 'byName', type: 'int32', as: 'map' },
    { no: 7, name: 'kind', type: { values: { NONE: 0, SOME: 1 } } },
  ]);
  const blank: Sample = { numbers: [], byName: new Map(), kind: 'NONE' };
  const decode = (hex: string) => Sample.decode(Buffer.from(hex.replace(/ /g, ''), 'hex'));

  test('repeated numbers, packed, unpacked and mixed', () => {
    expect(decode('0a 03 01 96 01')).toEqual({ ...blank, numbers: [1, 150] });
    expect(decode('08 01 08 96 01')).toEqual({ ...blank, numbers: [1, 150] });
    expect(decode('08 01 0a 02 02 03 08 04')).toEqual({ ...blank, numbers: [1, 2, 3, 4] });
  });

  test('unknown fields of every wire type, groups too, are stepped over', () => {
    expect(decode('78 05 79 0102030405060708 7a 02 ffff 7d 01020304 7b 78 01 7b 7c 7c 08 01')).toEqual({
      ...blank,
      numbers: [1],
    });
  });

  test('a known field of another wire type counts as unknown', () => {
    expect(decode('10 01 12 01 61')).toEqual({ ...blank, text: 'a' });
    expect(decode('0d 01020304')).toEqual(blank);
  });

  test('a message sent in pieces is merged, the last scalar wins', () => {
    expect(decode('2a 02 08 01 2a 05 08 02 12 01 61 12 01 62 12 01 63')).toEqual({
      ...blank,
      text: 'c',
      inner: { ...blank, numbers: [1, 2], text: 'a' },
    });
  });

  test('of a oneof the last member wins, and the same member is merged', () => {
    expect(decode('20 05 1a 02 08 01')).toEqual({
      ...blank,
      choice: { case: 'left', value: { ...blank, numbers: [1] } },
    });
    expect(decode('1a 02 08 01 1a 02 08 02')).toEqual({
      ...blank,
      choice: { case: 'left', value: { ...blank, numbers: [1, 2] } },
    });
    expect(decode('1a 02 08 01 20 00')).toEqual({ ...blank, choice: { case: 'right', value: 0 } });
  });

  test('an entry of a map without key or value has the defaults; fields in any order', () => {
    expect(decode('32 00')).toEqual({ ...blank, byName: new Map([['', 0]]) });
    expect(decode('32 05 10 07 0a 01 61')).toEqual({ ...blank, byName: new Map([['a', 7]]) });
  });

  test('an enum number without a name reads as absent', () => {
    expect(decode('38 09')).toEqual(blank);
    expect(decode('38 01')).toEqual({ ...blank, kind: 'SOME' });
  });

  test('numbers at their limits, and beyond', () => {
    const roundTrip = (n: number) => Sample.decode(Sample.encode({ numbers: [n] })).numbers[0];
    for (const n of [
      0,
      -1,
      127,
      128,
      2 ** 28 - 1,
      2 ** 28,
      2 ** 31,
      -(2 ** 31),
      2 ** 32,
      2 ** 35,
      2 ** 53 - 1,
      -(2 ** 53) + 1,
    ])
      expect(roundTrip(n)).toBe(n);
    expect(() => decode('08 80 80 80 80 80 80 80 80 80 01')).toThrow(
      'test.Sample.numbers: integer -9223372036854775808 is too large',
    );
    expect(() => decode('08 80 80 80 80 80 80 80 10')).toThrow('integer 9007199254740992 is too large');
  });

  test('an entry called __proto__ is an entry like any other', () => {
    const value = { ...blank, byName: new Map([['__proto__', 1]]) };
    expect(Sample.decode(Sample.encode(value))).toEqual(value);
  });
});

describe('bytes that are no message', () => {
  const { Schema, AttributePath, GetProviderSchemaResponse } = generated;

  test('anything at all is decoded or refused with a WireError', () => {
    fc.assert(fc.property(fc.constantFrom(...TYPES), fc.uint8Array({ maxLength: 200 }), refusesOrReads), {
      numRuns: 2000,
    });
  });

  test('a message with some bytes changed, or cut short, is decoded or refused with a WireError', () => {
    const damaged = fc.constantFrom(...TYPES).chain((type) =>
      fc.record({
        type: fc.constant(type),
        value: valueOf(type, 2),
        at: fc.nat(),
        byte: fc.nat(255),
        cut: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(damaged, ({ type, value, at, byte, cut }) => {
        const bytes = Buffer.from(type.encode(value));
        if (bytes.length === 0) return;
        bytes[at % bytes.length] = byte;
        refusesOrReads(type, cut ? bytes.subarray(0, at % bytes.length) : bytes);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['0a', 'the bytes end inside a number'],
    ['0a ff ff ff ff 0f', '4294967295 bytes announced, 0 left'],
    ['0a 05 61', '5 bytes announced, 1 left'],
    ['0a 02 c3 28', 'text is not UTF-8'],
    ['00 00', 'field number 0'],
    ['ff ff ff ff ff ff ff ff ff ff ff', 'a number of more than ten bytes'],
    ['7c', 'wire type 4 where a value should be'],
    ['7e', 'wire type 6 where a value should be'],
    ['7b 74', 'group 15 is closed as 14'],
    ['7d 01', '4 bytes expected, 1 left'],
    ['7b'.repeat(200), 'groups nested more than 100 deep'],
  ])('%s', (hex, sentence) => {
    const bytes = Buffer.from(hex.replace(/ /g, ''), 'hex');
    expect(() => generated.FunctionError.decode(bytes)).toThrow(WireError);
    expect(() => generated.FunctionError.decode(bytes)).toThrow(sentence);
  });

  test('the message and field at fault are named', () => {
    expect(() => generated.CallFunctionResponse.decode(Buffer.from('12030a01ff', 'hex'))).toThrow(
      'tfplugin6.FunctionError.text: text is not UTF-8',
    );
  });

  test('nesting is limited', () => {
    let bytes: Uint8Array = Buffer.alloc(0);
    for (let i = 0; i < 1000; i++)
      bytes = Buffer.concat([
        Buffer.from([0x1a, ...lengthOf(bytes.length + 1 + lengthOf(bytes.length).length)]),
        Buffer.from([0x12, ...lengthOf(bytes.length)]),
        bytes,
      ]);
    expect(() => generated.SchemaBlock.decode(bytes)).toThrow('nested more than 100 deep');
  });

  test('a small message cannot make a multitude of objects', () => {
    const bytes = Buffer.alloc(550_000);
    for (let i = 0; i < bytes.length; i += 2) bytes[i] = 0x0a;
    expect(() => AttributePath.decode(bytes)).toThrow('more than 250000 elements');
  });

  test('byte fields are views of the message', () => {
    const bytes = generated.DynamicValue.encode({ msgpack: Buffer.alloc(1000, 7) });
    expect(generated.DynamicValue.decode(bytes).msgpack.buffer).toBe(bytes.buffer);
  });

  test('what a field cannot carry is refused by its name', () => {
    const encode = (value: object) => () => generated.SchemaNestedBlock.encode(value);
    expect(encode({ typeName: 5 })).toThrow('tfplugin6.Schema.NestedBlock.typeName must be a string');
    expect(encode({ nesting: 'TREE' })).toThrow('must be one of INVALID, SINGLE, LIST, SET, MAP, GROUP');
    expect(encode({ minItems: 1.5 })).toThrow('minItems must be a whole number');
    expect(encode({ minItems: 2 ** 53 })).toThrow('minItems must be a whole number');
    expect(encode({ block: 'x' })).toThrow('tfplugin6.Schema.Block must be an object');
    expect(encode({ block: { attributes: {} } })).toThrow('attributes must be an array');
    expect(() => GetProviderSchemaResponse.encode({ functions: {} as never })).toThrow('functions must be a Map');
    expect(() => Schema.encode({ block: { attributes: [{ type: 'x' as never }] } })).toThrow(
      'type must be a Uint8Array',
    );
    expect(() => Schema.encode({ block: { deprecated: 1 as never } })).toThrow('deprecated must be a boolean');
  });
});

function refusesOrReads(type: MessageType<object>, bytes: Uint8Array): void {
  try {
    type.decode(bytes);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}

function lengthOf(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

/** Any value of a message, as `decode` would answer it. */
function valueOf(type: FieldTable, depth: number): fc.Arbitrary<object> {
  const plain = type.fields.filter((field) => field.oneof === undefined);
  const own = fc.record(Object.fromEntries(plain.map((field) => [field.name, fieldValue(field, depth)])), {
    requiredKeys: plain.filter((field) => !mayBeAbsent(field)).map((field) => field.name),
  });
  const oneofs = [...new Set(type.fields.flatMap((field) => field.oneof ?? []))].map((oneof) => {
    const cases = type.fields.filter((field) => field.oneof === oneof);
    return fc.option(
      fc.oneof(
        ...cases.map((field) => single(field.type, depth).map((value) => ({ [oneof]: { case: field.name, value } }))),
      ),
      { nil: {} },
    );
  });
  return fc.tuple(own, ...oneofs).map((parts) => Object.assign({}, ...parts) as object);
}

function mayBeAbsent(field: Field): boolean {
  return field.as === 'optional' || (field.as === undefined && isMessage(field.type));
}

function fieldValue(field: Field, depth: number): fc.Arbitrary<unknown> {
  const one = single(field.type, depth);
  const maxLength = depth === 0 && isMessage(field.type) ? 0 : 3;
  if (field.as === 'repeated') return fc.array(one, { maxLength });
  if (field.as === 'map') return fc.array(fc.tuple(fc.string(), one), { maxLength }).map((entries) => new Map(entries));
  return one;
}

function single(type: Field['type'], depth: number): fc.Arbitrary<unknown> {
  if (!isMessage(type)) return scalar(type);
  // A message inside itself must end somewhere: with an empty one.
  return depth > 0 ? valueOf(type, depth - 1) : fc.constant((type as MessageType<object>).decode(new Uint8Array()));
}

function scalar(type: Scalar | EnumType): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return fc.string({ unit: fc.constantFrom('a', 'ü', '€', '𝄞', '\0', '\ufeff'), maxLength: 20 });
    case 'bytes':
      return fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    case 'bool':
      return fc.boolean();
    case 'int32':
      return fc.integer();
    case 'uint32':
      return fc.nat();
    case 'int64':
      return fc.maxSafeInteger();
    default:
      return fc.constantFrom(...Object.keys(type.values));
  }
}

/** The same value as protobufjs wants it: plain objects for maps, members of a oneof as fields. */
function toOracle(type: FieldTable, value: object): Record<string, unknown> {
  const given = value as Record<string, unknown>;
  const out: Record<string, unknown> = {};
  for (const field of type.fields) {
    const chosen =
      field.oneof === undefined ? undefined : (given[field.oneof] as { case: string; value: unknown } | undefined);
    const one = field.oneof === undefined ? given[field.name] : chosen?.case === field.name ? chosen.value : undefined;
    if (one === undefined) continue;
    const convert = (v: unknown) => (isMessage(field.type) ? toOracle(field.type, v as object) : v);
    out[field.name === 'error' && typeof one === 'string' ? 'Error' : field.name] =
      field.as === 'repeated'
        ? (one as unknown[]).map(convert)
        : field.as === 'map'
          ? Object.fromEntries([...(one as Map<string, unknown>)].map(([key, v]) => [key, convert(v)]))
          : convert(one);
  }
  return out;
}

import { typeFromJson, typesEqual } from '../cty/json/type';
import { BOOL, NUMBER, STRING, listOf, mapOf, objectOf, setOf } from '../cty/type';
import { Schema } from '../protocol/tfplugin6.generated';
import { boolAttribute, listAttribute, stringAttribute } from './attributes';
import { groupBlock, listBlock, mapBlock, setBlock, singleBlock } from './blocks';
import { schemaType } from './implied-type';
import { listNested, mapNested, setNested, singleNested } from './nested-attributes';
import { integerAttribute } from './attributes';
import { defineSchema } from './schema';
import { wireSchema } from './wire-schema';

const flag = boolAttribute({ presence: 'optional', description: 'A flag.' });
const options = { presence: 'optional', description: 'Nested.', attributes: { flag } } as const;
const schema = defineSchema({
  version: 3,
  description: 'A thing.',
  deprecated: 'Use another.',
  attributes: {
    z: stringAttribute({ presence: 'required', description: 'Z.', sensitive: true, deprecated: 'Use y.' }),
    y: listAttribute({ presence: 'optional+computed', element: 'number', description: 'Y.' }),
    x: integerAttribute({ presence: 'computed', description: 'X.' }),
    w: stringAttribute({ presence: 'optional', description: 'W.', writeOnly: true }),
    one: singleNested(options),
    many: listNested(options),
    some: setNested(options),
    keyed: mapNested(options),
  },
  blocks: {
    single: singleBlock({ description: 'B.', required: true }),
    group: groupBlock({ description: 'B.', attributes: { flag } }),
    list: listBlock({ description: 'B.', minItems: 1, maxItems: 2 }),
    set: setBlock({ description: 'B.' }),
    map: mapBlock({ description: 'B.', deprecated: 'Gone.' }),
  },
});
const block = Schema.decode(Schema.encode(wireSchema(schema))).block!;
const attribute = (name: string): (typeof block.attributes)[number] => block.attributes.find((a) => a.name === name)!;

test('the schema as a whole', () => {
  expect(Schema.decode(Schema.encode(wireSchema(schema))).version).toBe(3);
  expect(block).toMatchObject({
    description: 'A thing.',
    descriptionKind: 'MARKDOWN',
    deprecated: true,
    deprecationMessage: 'Use another.',
  });
  expect(block.attributes.map((a) => a.name)).toEqual(['keyed', 'many', 'one', 'some', 'w', 'x', 'y', 'z']);
});

test.each([
  [
    'z',
    {
      required: true,
      optional: false,
      computed: false,
      sensitive: true,
      writeOnly: false,
      deprecated: true,
      deprecationMessage: 'Use y.',
    },
  ],
  [
    'y',
    { required: false, optional: true, computed: true, sensitive: false, deprecated: false, deprecationMessage: '' },
  ],
  ['x', { required: false, optional: false, computed: true }],
  [
    'w',
    {
      required: false,
      optional: true,
      computed: false,
      writeOnly: true,
      description: 'W.',
      descriptionKind: 'MARKDOWN',
    },
  ],
])('attribute %s', (name, expected) => {
  expect(attribute(name)).toMatchObject(expected);
  expect(attribute(name).nestedType).toBeUndefined();
});

test('types go out as JSON', () => {
  expect(typesEqual(typeFromJson(attribute('y').type), listOf(NUMBER))).toBe(true);
});

test.each([
  ['one', 'SINGLE'],
  ['many', 'LIST'],
  ['some', 'SET'],
  ['keyed', 'MAP'],
])('nested attribute %s is %s and has no type of its own', (name, nesting) => {
  expect(attribute(name).type).toHaveLength(0);
  expect(attribute(name).nestedType).toMatchObject({ nesting, attributes: [{ name: 'flag' }] });
});

test('blocks', () => {
  expect(block.blockTypes.map((b) => [b.typeName, b.nesting, b.minItems, b.maxItems])).toEqual([
    ['group', 'GROUP', 0, 0],
    ['list', 'LIST', 1, 2],
    ['map', 'MAP', 0, 0],
    ['set', 'SET', 0, 0],
    ['single', 'SINGLE', 1, 1],
  ]);
  expect(block.blockTypes[0]?.block?.attributes[0]?.name).toBe('flag');
  expect(block.blockTypes[2]?.block?.deprecated).toBe(true);
});

test('the implied type is the one that core derives', () => {
  const inner = objectOf({ flag: BOOL });
  const empty = objectOf({});
  const expected = objectOf({
    z: STRING,
    y: listOf(NUMBER),
    x: NUMBER,
    w: STRING,
    one: inner,
    many: listOf(inner),
    some: setOf(inner),
    keyed: mapOf(inner),
    single: empty,
    group: inner,
    list: listOf(empty),
    set: setOf(empty),
    map: mapOf(empty),
  });
  expect(typesEqual(schemaType(schema), expected)).toBe(true);
});

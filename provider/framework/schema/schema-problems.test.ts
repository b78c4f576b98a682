import { DYNAMIC, setOf } from '../cty/type';
import type { Attribute } from './attribute';
import { boolAttribute, dynamicAttribute, stringAttribute } from './attributes';
import type { Block } from './block';
import { groupBlock, listBlock, setBlock, singleBlock } from './blocks';
import { setNested, singleNested } from './nested-attributes';
import { defineSchema } from './schema';
import type { SchemaOwner } from './schema-problems';
import { schemaProblems } from './schema-problems';
import { timeouts } from './timeouts';

const description = '-';
const good = stringAttribute({ presence: 'optional', description });
const secret = stringAttribute({ presence: 'optional', description, writeOnly: true });

const problems = (
  attributes: Record<string, Attribute>,
  blocks: Record<string, Block> = {},
  owner: SchemaOwner = 'resource',
): string[] => schemaProblems(defineSchema({ description, attributes, blocks }), owner);

test('a good schema has none', () => {
  const id = stringAttribute({ presence: 'computed', description });
  expect(
    problems(
      { id, good, secret, timeouts: timeouts({ create: '1m' }) },
      { rule: listBlock({ description, minItems: 1, maxItems: 2 }) },
    ),
  ).toEqual([]);
});

test.each(['connection', 'count', 'depends_on', 'for_each', 'lifecycle', 'provider', 'provisioner'])(
  'terraform keeps %s for itself',
  (name) => {
    expect(problems({ [name]: good })).toEqual([`${name}: Terraform keeps this name for itself`]);
    expect(problems({}, { [name]: groupBlock({ description }) })).toHaveLength(1);
    expect(
      problems({ outer: singleNested({ presence: 'optional', description, attributes: { [name]: good } }) }),
    ).toEqual([]);
  },
);

test.each(['alias', 'version'])('terraform keeps %s of a provider for itself', (name) => {
  expect(problems({ [name]: good }, {}, 'provider')).toHaveLength(1);
  expect(problems({ [name]: good })).toEqual([]);
});

test.each(['to_string', 'with', 'cdktf_stack', 'constructor', 'raw_overrides'])(
  '%s does not compile in bindings',
  (name) => {
    expect(problems({ [name]: good }).join()).toContain('bindings with this name do not compile');
  },
);

test('id is computed', () => {
  expect(problems({ id: good })).toEqual(['id: bindings have an id of their own; only a computed one is possible']);
});

test.each<[string, Record<string, Attribute>, Record<string, Block>, string]>([
  [
    'a name in camel case',
    { nodeFqdn: good },
    {},
    'nodeFqdn: a name is of lower-case letters, digits and underscores, a letter first',
  ],
  ['a name that begins with a digit', { '1st': good }, {}, '1st: a name is of'],
  ['a block’s name', {}, { 'a-b': groupBlock({ description }) }, 'a-b: a name is of'],
  ['no description', { a: { ...good, description: ' ' } }, {}, 'a: has no description'],
  ['no word on what to use instead', { a: { ...good, deprecated: '' } }, {}, 'a: is deprecated without a word'],
  ['a clash', { a: good }, { a: groupBlock({ description }) }, 'a: is an attribute and a block'],
  [
    'a default of what is not computed',
    { a: { ...good, default: 'x' } },
    {},
    'a: has a default, so its presence must be optional+computed',
  ],
  [
    'a computed write-only attribute',
    { a: { ...secret, presence: 'computed' } },
    {},
    'a: is write-only, so the provider cannot set it',
  ],
  ['dynamic in a set', { a: { ...good, type: setOf(DYNAMIC) } }, {}, 'a: has a set of dynamic values'],
  [
    'write-only in a set',
    { a: setNested({ presence: 'optional', description, attributes: { secret } }) },
    {},
    'a: is a set, so nothing in it may be write-only',
  ],
  [
    'an empty nested attribute',
    { a: singleNested({ presence: 'optional', description, attributes: {} }) },
    {},
    'a: is a nested attribute without attributes',
  ],
  [
    'a fault further in',
    { a: singleNested({ presence: 'optional', description, attributes: { b: { ...good, description: '' } } }) },
    {},
    'a.b: has no description',
  ],
  [
    'a single block with other bounds',
    {},
    { b: { ...singleBlock({ description }), maxItems: 2 } },
    'b: is a single block',
  ],
  [
    'a group block with bounds',
    {},
    { b: { ...groupBlock({ description }), maxItems: 1 } },
    'b: is a group block: it has no bounds',
  ],
  [
    'bounds that cannot be met',
    {},
    { b: listBlock({ description, minItems: 3, maxItems: 2 }) },
    'b: needs at least 3 and at most 2 blocks',
  ],
  [
    'dynamic in a list block',
    {},
    { b: listBlock({ description, attributes: { d: dynamicAttribute({ presence: 'optional', description }) } }) },
    'b: is a list block, so nothing in it may be dynamic',
  ],
  [
    'write-only in a set block',
    {},
    { b: setBlock({ description, blocks: { c: groupBlock({ description, attributes: { secret } }) } }) },
    'b: is a set, so nothing in it may be write-only',
  ],
])('finds %s', (_, attributes, blocks, problem) => {
  expect(problems(attributes, blocks).join('\n')).toContain(problem);
});

test('a schema is described and counted', () => {
  expect(
    schemaProblems(
      defineSchema({
        description: '',
        version: -1,
        attributes: { b: boolAttribute({ presence: 'optional', description }) },
      }),
      'data source',
    ),
  ).toEqual(['version -1 is no count', 'the data source has no description']);
});

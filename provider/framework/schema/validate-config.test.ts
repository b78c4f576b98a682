import { UNKNOWN } from '../cty/unknown';
import type { Value } from '../cty/value';
import { pathText } from '../cty/path';
import { integerAttribute, listAttribute, mapAttribute, setAttribute, stringAttribute } from './attributes';
import { listBlock, setBlock, singleBlock } from './blocks';
import { atLeastOneOf } from './config-validators';
import { errorAt } from './diagnostic';
import { listNested, mapNested, setNested } from './nested-attributes';
import { defineSchema } from './schema';
import { objectLike } from './testing/objects';
import { validateConfig } from './validate-config';
import type { Validator } from './validator';
import { oneOf } from './value-validators';

const description = '-';
const isA = oneOf('a');
const item = { s: stringAttribute({ presence: 'required', description, validators: [isA] }) };
const schema = defineSchema({
  description,
  validators: [atLeastOneOf('req', 'opt')],
  attributes: {
    req: stringAttribute({ presence: 'required', description, validators: [isA] }),
    opt: stringAttribute({ presence: 'optional', description, deprecated: 'Use req.' }),
    key: stringAttribute({ presence: 'optional', description, sensitive: true, validators: [isA] }),
    id: stringAttribute({ presence: 'computed', description }),
    size: integerAttribute({ presence: 'optional', description }),
    list: listAttribute({
      presence: 'optional',
      element: 'string',
      description,
      validators: [(v) => (v.length > 2 ? [errorAt([], 'long', 'long')] : [])],
      elementValidators: [isA],
    }),
    set: setAttribute({ presence: 'optional', element: 'string', description, elementValidators: [isA] }),
    map: mapAttribute({ presence: 'optional', element: 'string', description, elementValidators: [isA] }),
    vault: listNested({ presence: 'optional', description, sensitive: true, attributes: item }),
    keys: listAttribute({
      presence: 'optional',
      element: 'string',
      description,
      sensitive: true,
      elementValidators: [isA],
    }),
    nested: listNested({ presence: 'optional', description, attributes: item }),
    nested_set: setNested({ presence: 'optional', description, attributes: item }),
    nested_map: mapNested({ presence: 'optional', description, attributes: item }),
  },
  blocks: {
    many: listBlock({
      description,
      deprecated: 'Use nested.',
      attributes: item,
      blocks: { deep: singleBlock({ description, attributes: item }) },
    }),
    some: setBlock({ description, attributes: item }),
  },
});

const said = (values: Record<string, Value>): string[] =>
  validateConfig(schema, objectLike(schema, { req: 'a', ...values })).map(
    (d) => `${d.severity} ${pathText(d.path)}: ${d.detail}`,
  );

const wrong = (path: string, shown = '"x"'): string => `error ${path}: ${path} must be one of "a", not ${shown}.`;

test.each<[string, Record<string, Value>, string[]]>([
  ['nothing wrong', {}, []],
  [
    'a required attribute left out',
    { req: null, opt: 'o' },
    ['error req: req must be set; it is null.', 'warning opt: Use req.'],
  ],
  ['a wrong value', { req: 'x' }, [wrong('req')]],
  ['a read-only attribute', { id: 'x' }, ['error id: id is set by the provider: remove it.']],
  ['a fraction for a whole number', { size: 1.5 }, ['error size: size must be a whole number, not 1.5.']],
  ['list elements', { list: ['a', 'x'] }, [wrong('list[1]')]],
  ['a list as a whole', { list: ['a', 'a', 'a'] }, ['error : long']],
  ['set elements', { set: ['a', 'x'] }, [wrong('set[...]')]],
  ['map elements', { map: { k: 'x' } }, [wrong('map["k"]')]],
  ['null elements', { list: [null], map: { k: null } }, []],
  ['nested objects', { nested: [{ s: 'a' }, { s: 'x' }] }, [wrong('nested[1].s')]],
  [
    'a nested required attribute',
    { nested: [{ s: null }] },
    ['error nested[0].s: nested[0].s must be set; it is null.'],
  ],
  ['nested sets', { nested_set: [{ s: 'x' }] }, [wrong('nested_set[...].s')]],
  ['nested maps', { nested_map: { k: { s: 'x' } } }, [wrong('nested_map["k"].s')]],
  ['blocks', { many: [{ s: 'a', deep: { s: 'x' } }] }, ['warning many: Use nested.', wrong('many[0].deep.s')]],
  ['set blocks', { some: [{ s: 'x' }] }, [wrong('some[...].s')]],
])('says of %s what there is to say', (_, values, expected) => {
  expect(said(values)).toEqual(expected);
});

test('unknown values are left alone, wherever they are', () => {
  const everywhere = Object.fromEntries(Object.keys(schema.attributes).map((name) => [name, UNKNOWN as Value]));
  expect(said({ ...everywhere, id: null, opt: null })).toEqual([]);
  expect(
    said({
      list: ['a', UNKNOWN, UNKNOWN],
      set: [UNKNOWN],
      map: { k: UNKNOWN },
      nested: [{ s: UNKNOWN }, UNKNOWN],
      nested_map: { k: UNKNOWN },
      some: [{ s: UNKNOWN }],
    }),
  ).toEqual([]);
  expect(said({ some: UNKNOWN, many: UNKNOWN })).toEqual([]);
});

test('the known elements of a list are checked beside an unknown one', () => {
  expect(said({ list: [UNKNOWN, 'x'] })).toEqual([wrong('list[1]')]);
});

test('a sensitive value is not repeated', () => {
  expect(said({ key: 'hunter2' })).toEqual([wrong('key', '(sensitive value)')]);
  expect(said({ keys: ['hunter2'] })).toEqual([wrong('keys[0]', '(sensitive value)')]);
  expect(said({ vault: [{ s: 'hunter2' }] })).toEqual([wrong('vault[0].s', '(sensitive value)')]);
});

test('the same complaint is made once', () => {
  const twice: Validator<string> = (_, path) => [errorAt(path, 's', 'd'), errorAt(path, 's', 'd')];
  const small = defineSchema({
    description,
    attributes: { a: stringAttribute({ presence: 'required', description, validators: [twice, twice] }) },
  });
  expect(validateConfig(small, { a: 'x' })).toHaveLength(1);
});

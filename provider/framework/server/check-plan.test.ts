import * as fc from 'fast-check';
import { pathText } from '../cty/path';
import { UNKNOWN } from '../cty/unknown';
import type { Value, ValueRecord } from '../cty/value';
import { listAttribute, stringAttribute } from '../schema/attributes';
import { groupBlock, listBlock, mapBlock } from '../schema/blocks';
import { listNested, mapNested, setNested, singleNested } from '../schema/nested-attributes';
import { useStateForUnknown } from '../schema/plan-modifiers';
import { planChange } from '../schema/plan-change';
import { defineSchema } from '../schema/schema';
import { planViolations } from './check-plan';

const o = { description: 'd' };
const inner = {
  key: stringAttribute({ ...o, presence: 'required' }),
  made: stringAttribute({ ...o, presence: 'computed' }),
};
const schema = defineSchema({
  ...o,
  attributes: {
    req: stringAttribute({ ...o, presence: 'required' }),
    opt: stringAttribute({ ...o, presence: 'optional' }),
    both: stringAttribute({ ...o, presence: 'optional+computed' }),
    made: stringAttribute({ ...o, presence: 'computed', planModifiers: [useStateForUnknown()] }),
    secret: stringAttribute({ ...o, presence: 'optional', writeOnly: true }),
    list: listAttribute({ ...o, presence: 'optional', element: 'string' }),
    one: singleNested({ ...o, presence: 'optional', attributes: inner }),
    many: listNested({ ...o, presence: 'optional', attributes: inner }),
    named: mapNested({ ...o, presence: 'optional', attributes: inner }),
    pool: setNested({ ...o, presence: 'optional', attributes: inner }),
  },
  blocks: {
    b: listBlock({ ...o, attributes: inner }),
    g: groupBlock({ ...o, attributes: inner }),
    m: mapBlock({ ...o, attributes: inner }),
  },
});

const item = (key: Value, made: Value = null): ValueRecord => ({ key, made });
const EMPTY: ValueRecord = {
  req: 'r', opt: null, both: null, made: null, secret: null, list: null, one: null, many: null, named: null, pool: null, b: [], g: item(null), m: {},
}; // prettier-ignore

function found(config: ValueRecord | null, planned: ValueRecord | null, prior: ValueRecord | null = null): string[] {
  const full = (v: ValueRecord | null): ValueRecord | null => v && { ...EMPTY, ...v };
  return planViolations(schema, { config: full(config), planned: full(planned), prior: full(prior) }).map((v) =>
    pathText(v.path),
  );
}

test.each<[string, ValueRecord, ValueRecord, ValueRecord | null]>([
  ['as configured', { opt: 'x' }, { opt: 'x' }, null],
  ['computed is anything', {}, { both: UNKNOWN, made: 'x' }, null],
  ['the prior spelling of the same', { opt: 'X', both: 'Y' }, { opt: 'x', both: 'y' }, { opt: 'x', both: 'y' }],
  ['write-only is null', { secret: 's' }, {}, null],
  ['an unknown configuration stays unknown', { opt: UNKNOWN, one: UNKNOWN }, { opt: UNKNOWN, one: UNKNOWN }, null],
  [
    'computed inside of nested',
    { one: item('k'), many: [item('k')], named: { a: item('k') } },
    { one: item('k', UNKNOWN), many: [item('k', 'm')], named: { a: item('k', UNKNOWN) } },
    null,
  ],
  [
    'computed inside of blocks',
    { b: [item('k')], m: { x: item('k') } },
    { b: [item('k', UNKNOWN)], g: item(null, 'm'), m: { x: item('k', 'm') } },
    null,
  ],
  ['sets are not looked into', { pool: [item('k')] }, { pool: [item('k', 'm'), item('l', 'm')] }, null],
])('valid: %s', (_, config, planned, prior) => {
  expect(found(config, planned, prior)).toEqual([]);
});

test.each<[string, ValueRecord, ValueRecord, ValueRecord | null, string]>([
  ['another value', { opt: 'x' }, { opt: 'y' }, null, 'opt'],
  ['another value than configured and prior', { both: 'x' }, { both: 'y' }, { both: 'z' }, 'both'],
  ['unknown for a configured one', { both: 'x' }, { both: UNKNOWN }, null, 'both'],
  ['something for a null that is not computed', {}, { opt: 'x' }, { opt: 'x' }, 'opt'],
  ['null for a configured one', { req: 'r' }, { req: null }, null, 'req'],
  ['a write-only value', { secret: 's' }, { secret: 's' }, null, 'secret'],
  ['a list with one element less', { list: ['a', 'b'] }, { list: ['a'] }, null, 'list'],
  ['unknown for a configured nested object', { one: item('k') }, { one: UNKNOWN }, null, 'one'],
  ['another value inside', { one: item('k') }, { one: item('l') }, null, 'one.key'],
  ['an element less inside', { many: [item('k')] }, { many: [] }, null, 'many'],
  ['another element', { many: [item('k'), item('l')] }, { many: [item('k'), item('m')] }, null, 'many[1].key'],
  ['another key', { named: { a: item('k') } }, { named: { b: item('k') } }, null, 'named'],
  ['a block less', { b: [item('k')] }, { b: [] }, null, 'b'],
  ['a block more', {}, { m: { x: item('k') } }, null, 'm'],
  ['another value in a group', { g: item('k') }, { g: item('l') }, null, 'g.key'],
  ['another type', {}, { made: 5 }, null, 'made'],
])('refused: %s', (_, config, planned, prior, path) => {
  expect(found(config, planned, prior)).toEqual([path]);
});

test('planned exactly when configured', () => {
  expect(found(null, null, {})).toEqual([]);
  expect(found(null, {}, {})).toEqual(['']);
  expect(found({}, null, {})).toEqual(['']);
});

test('what the framework plans by itself breaks no rule', () => {
  const text = fc.constantFrom<Value>(null, 'a', 'b', UNKNOWN);
  const known = fc.constantFrom<Value>(null, 'a', 'b');
  const nested = fc.record({ key: text, made: fc.constant(null) });
  const config = fc.record({
    ...Object.fromEntries(Object.keys(EMPTY).map((name) => [name, fc.constant(EMPTY[name] as Value)])),
    req: fc.constantFrom<Value>('r', UNKNOWN),
    opt: text, both: text, one: fc.option(nested), many: fc.option(fc.array(nested, { maxLength: 2 })), b: fc.array(nested, { maxLength: 2 }),
  }) as fc.Arbitrary<ValueRecord>; // prettier-ignore
  const prior = fc.option(
    fc.record({
      ...Object.fromEntries(Object.keys(EMPTY).map((n) => [n, fc.constant(EMPTY[n] as Value)])),
      opt: known,
      both: known,
      made: known,
    }),
  ) as fc.Arbitrary<ValueRecord | null>;
  fc.assert(
    fc.property(config, prior, (c, p) => {
      const proposed = {
        ...c,
        both: c.both === null && p !== null ? (p.both ?? null) : (c.both ?? null),
        made: p?.made ?? null,
      };
      const { planned } = planChange(schema, { config: c, prior: p, proposed });
      expect(planViolations(schema, { config: c, prior: p, planned })).toEqual([]);
    }),
  );
});

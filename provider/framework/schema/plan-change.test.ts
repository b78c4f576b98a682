import * as fc from 'fast-check';
import { pathText } from '../cty/path';
import { UNKNOWN } from '../cty/unknown';
import type { Value, ValueRecord } from '../cty/value';
import { field } from '../cty/value';
import { valuesEqual } from '../cty/canonical';
import { boolAttribute, integerAttribute, listAttribute, stringAttribute } from './attributes';
import type { Attributes } from './attribute';
import { listBlock } from './blocks';
import { warningAt } from './diagnostic';
import { schemaType } from './implied-type';
import { listNested, mapNested, setNested, singleNested } from './nested-attributes';
import { planChange } from './plan-change';
import { requiresReplace, requiresReplaceIf, useNonNullStateForUnknown, useStateForUnknown } from './plan-modifiers';
import { defineSchema } from './schema';
import { objectLike } from './testing/objects';

const description = '-';
const item = {
  name: stringAttribute({ presence: 'required', description, planModifiers: [requiresReplace()] }),
  made: stringAttribute({ presence: 'computed', description, planModifiers: [useStateForUnknown()] }),
  fresh: stringAttribute({ presence: 'computed', description }),
  mode: stringAttribute({ presence: 'optional+computed', description, default: 'auto' }),
};
const schema = defineSchema({
  description,
  attributes: {
    id: stringAttribute({ presence: 'computed', description, planModifiers: [useStateForUnknown()] }),
    stamp: stringAttribute({ presence: 'computed', description }),
    host: stringAttribute({ presence: 'optional', description, planModifiers: [requiresReplace()] }),
    size: integerAttribute({ presence: 'optional+computed', description, planModifiers: [useStateForUnknown()] }),
    later: stringAttribute({
      presence: 'optional+computed',
      description,
      planModifiers: [useNonNullStateForUnknown()],
    }),
    flag: boolAttribute({ presence: 'optional+computed', description, default: true }),
    tags: listAttribute({
      presence: 'optional',
      element: 'string',
      description,
      planModifiers: [requiresReplaceIf(({ config }) => config === null)],
    }),
    secret: stringAttribute({ presence: 'optional', description, writeOnly: true }),
    one: singleNested({ presence: 'optional', description, attributes: item }),
    list: listNested({ presence: 'optional', description, attributes: item }),
    map: mapNested({ presence: 'optional', description, attributes: item }),
    set: setNested({ presence: 'optional', description, attributes: item }),
    own: singleNested({ presence: 'optional+computed', description, attributes: item }),
  },
  blocks: { block: listBlock({ description, attributes: item }) },
});

const object = (values: Record<string, Value> = {}): ValueRecord => objectLike(schema, values);
const element = (values: Record<string, Value> = {}): ValueRecord => ({
  name: 'n',
  made: null,
  fresh: null,
  mode: null,
  ...values,
});
const stored = element({ made: 'm', fresh: 'f', mode: 'auto' });
const prior = object({ id: 'i', stamp: 's', host: 'h', size: 5, flag: true });

/** As core proposes where no collection is involved: what is configured, else the prior value of what is computed. */
const proposedFrom = (config: ValueRecord, from: ValueRecord = prior): ValueRecord => {
  const entries = Object.entries(config).map(([name, value]): [string, Value] => {
    const computed = (schema.attributes as Attributes)[name]?.presence.includes('computed') ?? false;
    return [name, value === null && computed ? field(from, name) : value];
  });
  return Object.fromEntries(entries);
};
const update = (config: Record<string, Value>, from = prior) => {
  const whole = object(config);
  return planChange(schema, { config: whole, prior: from, proposed: proposedFrom(whole, from) });
};
const paths = (planned: { requiresReplace: readonly Parameters<typeof pathText>[0][] }): string[] =>
  planned.requiresReplace.map(pathText);

test('on create, what is computed is unknown and what has a default has it', () => {
  const config = object({ host: 'h', secret: 'x' });
  const { planned, requiresReplace: replace } = planChange(schema, { config, prior: null, proposed: config });
  expect(planned).toMatchObject({
    id: UNKNOWN,
    stamp: UNKNOWN,
    size: UNKNOWN,
    later: UNKNOWN,
    own: UNKNOWN,
    host: 'h',
    flag: true,
  });
  expect(planned.secret).toBeNull();
  expect(planned.one).toBeNull();
  expect(replace).toEqual([]);
});

test('nothing changed: nothing is unknown', () => {
  const { planned, requiresReplace: replace } = update({ host: 'h' });
  expect(valuesEqual(planned, prior, schemaType(schema))).toBe(true);
  expect(replace).toEqual([]);
});

test('a write-only value is no change', () => {
  expect(valuesEqual(update({ host: 'h', secret: 'new' }).planned, prior, schemaType(schema))).toBe(true);
});

test('something changed: what is computed is unknown again, but for what keeps its state', () => {
  const { planned } = update({ host: 'h', flag: false });
  expect(planned).toMatchObject({ id: 'i', stamp: UNKNOWN, size: 5, flag: false });
  expect(planned.later).toBe(UNKNOWN);
});

test('a null in the state is kept, or not, as the modifier says', () => {
  const { planned } = update({ host: 'h', flag: false }, { ...prior, size: null, later: 'l' });
  expect(planned).toMatchObject({ size: null, later: 'l' });
});

test('an unknown configuration stays unknown, whatever the state holds', () => {
  const { planned } = update({ host: 'h', size: UNKNOWN });
  expect(planned.size).toBe(UNKNOWN);
});

test('a default comes back when the configuration no longer says', () => {
  expect(update({ host: 'h' }, { ...prior, flag: false }).planned.flag).toBe(true);
});

test('a changed attribute replaces, an unchanged one does not', () => {
  expect(paths(update({ host: 'other' }))).toEqual(['host']);
  expect(paths(update({ host: null }))).toEqual(['host']);
  expect(paths(update({ host: UNKNOWN }))).toEqual(['host']);
  expect(paths(update({ host: 'h', flag: false }))).toEqual([]);
});

test('a condition decides on replacement', () => {
  const before = { ...prior, tags: ['a'] };
  expect(paths(update({ host: 'h', tags: ['b'] }, before))).toEqual([]);
  expect(paths(update({ host: 'h', tags: null }, before))).toEqual(['tags']);
});

describe('nested objects', () => {
  const full = { ...prior, one: stored, list: [stored], map: { k: stored }, set: [stored], block: [stored] };
  const config = {
    host: 'h',
    one: element(),
    list: [element()],
    map: { k: element() },
    set: [element()],
    block: [element()],
  };
  const proposal = { one: stored, list: [stored], map: { k: stored }, set: [stored], block: [stored] };

  test('on create they hold defaults and unknowns too', () => {
    const whole = object(config);
    const { planned } = planChange(schema, { config: whole, prior: null, proposed: whole });
    const fresh = { name: 'n', made: UNKNOWN, fresh: UNKNOWN, mode: 'auto' };
    expect(planned).toMatchObject({ one: fresh, list: [fresh], map: { k: fresh }, set: [fresh], block: [fresh] });
  });

  test('unchanged they stay', () => {
    const whole = object(config);
    const { planned } = planChange(schema, { config: whole, prior: full, proposed: { ...full, ...proposal } });
    expect(valuesEqual(planned, full, schemaType(schema))).toBe(true);
  });

  test('a change elsewhere makes unknown what does not keep its state', () => {
    const whole = object({ ...config, flag: false });
    const { planned } = planChange(schema, {
      config: whole,
      prior: full,
      proposed: { ...full, ...proposal, flag: false },
    });
    const kept = { name: 'n', made: 'm', fresh: UNKNOWN, mode: 'auto' };
    expect(planned).toMatchObject({ one: kept, list: [kept], map: { k: kept }, set: [kept], block: [kept] });
  });

  test('a replacing attribute inside is named by its path, one in a set by the set', () => {
    const changed = element({ name: 'new' });
    const whole = object({
      host: 'h',
      one: changed,
      list: [changed],
      map: { k: changed },
      set: [changed, element({ name: 'more' })],
      block: [changed],
    });
    const result = planChange(schema, { config: whole, prior: full, proposed: proposedFrom(whole, full) });
    expect(paths(result).sort()).toEqual(['block[0].name', 'list[0].name', 'map["k"].name', 'one.name', 'set']);
  });

  test('set elements find their prior by what is configured', () => {
    const other = element({ name: 'o', made: 'mo', fresh: 'fo', mode: 'auto' });
    const whole = object({ host: 'h', flag: false, set: [element({ name: 'o' }), element()] });
    const before = { ...prior, set: [stored, other] };
    const { planned } = planChange(schema, {
      config: whole,
      prior: before,
      proposed: { ...proposedFrom(whole, before), set: [other, stored] },
    });
    expect(planned.set).toMatchObject([
      { name: 'o', made: 'mo' },
      { name: 'n', made: 'm' },
    ]);
  });

  test('an unknown element is left alone', () => {
    const whole = object({ host: 'h', list: [UNKNOWN], one: UNKNOWN });
    const { planned } = planChange(schema, { config: whole, prior, proposed: proposedFrom(whole) });
    expect(planned).toMatchObject({ list: [UNKNOWN], one: UNKNOWN });
  });
});

test('modifiers run in order, see each other’s work, and may warn', () => {
  const small = defineSchema({
    description,
    attributes: {
      a: stringAttribute({
        presence: 'optional+computed',
        description,
        planModifiers: [
          () => ({ planned: 'first' }),
          ({ planned, path }) => ({
            planned: `${planned === 'first' ? planned : 'lost'}+`,
            diagnostics: [warningAt(path, 's', 'd')],
          }),
        ],
      }),
    },
  });
  const result = planChange(small, { config: { a: null }, prior: null, proposed: { a: null } });
  expect(result.planned).toEqual({ a: 'first+' });
  expect(result.diagnostics.map((d) => pathText(d.path))).toEqual(['a']);
});

test('planning again what was planned changes nothing: known values stay, and configuration is kept', () => {
  const text = fc.constantFrom<Value>('x', 'y', null);
  const configs = fc.record({
    host: text,
    later: text,
    flag: fc.constantFrom<Value>(true, false, null),
    size: fc.constantFrom<Value>(1, 5, null),
  });
  fc.assert(
    fc.property(configs, fc.boolean(), (values, exists) => {
      const config = object(values);
      const before = exists ? prior : null;
      const proposed = exists ? proposedFrom(config) : config;
      const first = planChange(schema, { config, prior: before, proposed });
      const second = planChange(schema, { config, prior: before, proposed });
      expect(second).toEqual(first);
      for (const [name, value] of Object.entries(values)) if (value !== null) expect(first.planned[name]).toBe(value);
    }),
  );
});

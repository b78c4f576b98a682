import { pathText } from '../cty/path';
import { STRING } from '../cty/type';
import { UNKNOWN } from '../cty/unknown';
import type { Value, ValueRecord } from '../cty/value';
import { Dynamic } from '../cty/value';
import {
  dynamicAttribute,
  listAttribute,
  mapAttribute,
  numberAttribute,
  setAttribute,
  stringAttribute,
} from '../schema/attributes';
import { listNested } from '../schema/nested-attributes';
import { defineSchema } from '../schema/schema';
import { applyViolations, stateViolations } from './check-apply';

const o = { description: 'd', presence: 'optional+computed' } as const;
const schema = defineSchema({
  description: 'd',
  attributes: {
    s: stringAttribute(o),
    n: numberAttribute(o),
    w: stringAttribute({ description: 'd', presence: 'optional', writeOnly: true }),
    l: listAttribute({ ...o, element: 'string' }),
    e: setAttribute({ ...o, element: 'string' }),
    m: mapAttribute({ ...o, element: 'string' }),
    d: dynamicAttribute(o),
    x: listNested({ ...o, attributes: { a: stringAttribute(o), b: stringAttribute(o) } }),
  },
});
const EMPTY: ValueRecord = { s: null, n: null, w: null, l: null, e: null, m: null, d: null, x: null };
const after = (planned: ValueRecord, state: ValueRecord): string[] =>
  applyViolations(schema, { ...EMPTY, ...planned }, { ...EMPTY, ...state }).map((v) => pathText(v.path));
const dynamic = (v: Value): Dynamic => new Dynamic(STRING, v);

test.each<[ValueRecord, ValueRecord]>([
  [
    { s: 'a', n: 1, l: ['a'], e: ['a', 'b'], m: { k: 'v' } },
    { s: 'a', n: 1, l: ['a'], e: ['b', 'a'], m: { k: 'v' } },
  ],
  [
    { s: UNKNOWN, l: UNKNOWN, e: UNKNOWN, d: UNKNOWN, x: UNKNOWN },
    { s: 'a', l: ['a'], e: [], d: dynamic('v'), x: [] },
  ],
  [{ s: UNKNOWN }, {}],
  [{ l: ['a', UNKNOWN] }, { l: ['a', 'b'] }],
  [{ e: ['a', UNKNOWN] }, { e: ['a'] }],
  [{ x: [{ a: 'a', b: UNKNOWN }] }, { x: [{ a: 'a', b: 'b' }] }],
  [{ d: dynamic(UNKNOWN) }, { d: dynamic('v') }],
])('%j may become %j', (planned, state) => {
  expect(after(planned, state)).toEqual([]);
});

test.each<[ValueRecord, ValueRecord, string]>([
  [{ s: 'a' }, { s: 'A' }, 's'],
  [{ s: 'a' }, {}, 's'],
  [{}, { s: 'a' }, 's'],
  [{ n: 1 }, { n: 2 }, 'n'],
  [{ l: ['a'] }, { l: ['a', 'b'] }, 'l'],
  [{ l: ['a', UNKNOWN] }, { l: ['b', 'b'] }, 'l[0]'],
  [{ e: ['a'] }, { e: ['b'] }, 'e'],
  [{ e: ['a', UNKNOWN] }, { e: ['a', 'b', 'c'] }, 'e'],
  [{ m: { k: 'v' } }, { m: { k: 'w' } }, 'm["k"]'],
  [{ m: { k: 'v' } }, { m: { j: 'v' } }, 'm'],
  [{ x: [{ a: 'a', b: UNKNOWN }] }, { x: [{ a: 'c', b: 'b' }] }, 'x[0].a'],
  [{ d: dynamic('v') }, { d: dynamic('w') }, 'd'],
])('%j must not become %j', (planned, state, path) => {
  expect(after(planned, state)).toEqual([path]);
});

test.each<[ValueRecord, string]>([
  [{ s: UNKNOWN }, 's'],
  [{ x: [{ a: 'a', b: UNKNOWN }] }, 'x[0].b'],
  [{ w: 'secret' }, 'w'],
  [{ n: 'one' }, 'n'],
])('%j is no state', (state, path) => {
  const violations = stateViolations(schema, { ...EMPTY, ...state });
  expect(violations.map((v) => pathText(v.path))).toEqual([path]);
  expect(JSON.stringify(violations)).not.toContain('secret');
});

test('a whole state is one', () => {
  expect(stateViolations(schema, { ...EMPTY, s: 'a', d: dynamic('x') })).toEqual([]);
  expect(stateViolations(schema, { s: 'a' }).length).toBeGreaterThan(0);
});

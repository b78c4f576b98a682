import { UNKNOWN } from '../cty/unknown';
import type { Value } from '../cty/value';
import { pathText } from '../cty/path';
import { atLeastOneOf, conflicting, exactlyOneOf, requiredTogether } from './config-validators';
import type { ConfigValidator } from './validator';

const said = (validator: ConfigValidator, config: Record<string, Value>): string[] =>
  validator(config).map((d) => `${pathText(d.path)}|${d.detail}`);

const one = exactlyOneOf('a', 'b', 'c');

test('exactly one', () => {
  expect(said(one, { a: 'x', b: null, c: null })).toEqual([]);
  expect(said(one, { a: null, b: null, c: null })).toEqual(['|Exactly one of a, b and c must be set.']);
  expect(said(one, {})).toEqual(['|Exactly one of a, b and c must be set.']);
  expect(said(one, { a: 'x', b: 'y', c: null })).toEqual([
    'a|a and b are set, but only one of a, b and c may be: remove one.',
    'b|a and b are set, but only one of a, b and c may be: remove one.',
  ]);
  expect(said(one, { a: 'x', b: 'y', c: 'z' })).toContain(
    'c|a, b and c are set, but only one of a, b and c may be: remove all but one.',
  );
});

test('an unknown attribute may turn out set or null', () => {
  expect(said(one, { a: UNKNOWN, b: null, c: null })).toEqual([]);
  expect(said(one, { a: UNKNOWN, b: 'x', c: null })).toEqual([]);
  expect(said(one, { a: UNKNOWN, b: 'x', c: 'y' })).toHaveLength(2);
  expect(said(atLeastOneOf('a', 'b'), { a: UNKNOWN, b: null })).toEqual([]);
  expect(said(conflicting('a', 'b'), { a: UNKNOWN, b: 'x' })).toEqual([]);
  expect(said(requiredTogether('a', 'b'), { a: UNKNOWN, b: null })).toEqual([]);
  expect(said(requiredTogether('a', 'b'), { a: UNKNOWN, b: 'x' })).toEqual([]);
});

test('at least one', () => {
  expect(said(atLeastOneOf('a', 'b'), { a: null, b: null })).toEqual(['|At least one of a and b must be set.']);
  expect(said(atLeastOneOf('a', 'b'), { a: 'x', b: 'y' })).toEqual([]);
});

test('at most one', () => {
  expect(said(conflicting('a', 'b'), {})).toEqual([]);
  expect(said(conflicting('a', 'b'), { a: false, b: 0 })).toHaveLength(2);
});

test('all or none', () => {
  expect(said(requiredTogether('a', 'b', 'c'), {})).toEqual([]);
  expect(said(requiredTogether('a', 'b', 'c'), { a: 'x', b: 'y', c: 'z' })).toEqual([]);
  expect(said(requiredTogether('a', 'b', 'c'), { a: 'x', b: null, c: null })).toEqual([
    'b|a, b and c go together: a is set, so b and c must be set too.',
    'c|a, b and c go together: a is set, so b and c must be set too.',
  ]);
});

import type { NumberValue } from '../cty/number';
import type { Unknown } from '../cty/unknown';
import type { Dynamic } from '../cty/value';
import {
  boolAttribute,
  dynamicAttribute,
  integerAttribute,
  listAttribute,
  mapAttribute,
  numberAttribute,
  stringAttribute,
} from './attributes';
import { groupBlock, listBlock, singleBlock } from './blocks';
import type { Config, State } from './model';
import { listNested, mapNested, singleNested } from './nested-attributes';
import { defineSchema } from './schema';
import { timeouts } from './timeouts';
import { between, oneOf } from './value-validators';

const description = '-';
const schema = defineSchema({
  description,
  attributes: {
    required: stringAttribute({ presence: 'required', description, validators: [oneOf('a')] }),
    optional: stringAttribute({ presence: 'optional', description }),
    computed: boolAttribute({ presence: 'computed', description }),
    both: integerAttribute({ presence: 'optional+computed', description, validators: [between(1, 2)], default: 1 }),
    exact: numberAttribute({ presence: 'required', description }),
    list: listAttribute({ presence: 'required', element: 'string', description, elementValidators: [oneOf('a')] }),
    map: mapAttribute({ presence: 'optional', element: 'bool', description }),
    any: dynamicAttribute({ presence: 'required', description }),
    nested: singleNested({
      presence: 'optional',
      description,
      attributes: {
        inner: listNested({
          presence: 'required',
          description,
          attributes: { n: integerAttribute({ presence: 'optional', description }) },
        }),
      },
    }),
    byKey: mapNested({
      presence: 'required',
      description,
      attributes: { s: stringAttribute({ presence: 'required', description }) },
    }),
    timeouts: timeouts({ create: '1m', delete: '2m' }),
  },
  blocks: {
    one: singleBlock({ description, attributes: { s: stringAttribute({ presence: 'required', description }) } }),
    many: listBlock({
      description,
      blocks: {
        deep: groupBlock({ description, attributes: { b: boolAttribute({ presence: 'optional', description }) } }),
      },
    }),
  },
});

interface Expected {
  readonly required: string;
  readonly optional: string | null;
  readonly computed: boolean | null;
  readonly both: number | null;
  readonly exact: NumberValue;
  readonly list: readonly string[];
  readonly map: Readonly<Record<string, boolean>> | null;
  readonly any: Dynamic;
  readonly nested: { readonly inner: readonly { readonly n: number | null }[] } | null;
  readonly byKey: Readonly<Record<string, { readonly s: string }>>;
  readonly timeouts: { readonly create: string | null; readonly delete: string | null } | null;
  readonly one: { readonly s: string } | null;
  readonly many: readonly { readonly deep: { readonly b: boolean | null } }[];
}

/** Compiles only where both types accept the same. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const same = <A, B>(equal: Same<A, B>): boolean => equal;

test('the model of a schema is inferred from it', () => {
  expect(same<State<typeof schema>, Expected>(true)).toBe(true);
  // @ts-expect-error -- proves that the comparison above can fail
  expect(same<State<typeof schema>, Expected & { more: string }>(true)).toBe(true);
});

test('in a configuration every part may be unknown', () => {
  type C = Config<typeof schema>;
  expect(same<C['required'], string | Unknown>(true)).toBe(true);
  expect(same<C['both'], number | null | Unknown>(true)).toBe(true);
  expect(same<C['list'], readonly (string | Unknown)[] | Unknown>(true)).toBe(true);
  expect(same<NonNullable<Exclude<C['timeouts'], Unknown>>['create'], string | null | Unknown>(true)).toBe(true);
  expect(same<C['exact'], NumberValue | Unknown>(true)).toBe(true);
});

test('what does not fit its attribute does not compile', () => {
  // @ts-expect-error -- a validator of strings on a number
  integerAttribute({ presence: 'required', description, validators: [oneOf('a')] });
  // @ts-expect-error -- a default of another type
  stringAttribute({ presence: 'optional+computed', description, default: 1 });
  // @ts-expect-error -- no such presence
  stringAttribute({ presence: 'sometimes', description });
  // @ts-expect-error -- every attribute is described
  stringAttribute({ presence: 'required' });
  expect(Object.keys(schema.attributes)).toHaveLength(11);
});

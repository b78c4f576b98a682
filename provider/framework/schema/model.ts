import type { Decimal } from '../cty/number';
import type { Unknown } from '../cty/unknown';
import type { Dynamic, Value } from '../cty/value';
import type { Attribute, Attributes } from './attribute';
import type { Block, Blocks } from './block';
import type { Schema } from './schema';

/** The TypeScript type of an object with these attributes and blocks, wholly known. */
export type ObjectModel<A extends Attributes, B extends Blocks> = {
  readonly [K in keyof A]: AttributeModel<A[K]>;
} & { readonly [K in keyof B]: B[K] extends Block<infer T> ? T : never };

/** Null wherever the user may leave the attribute out. */
type AttributeModel<A> = A extends Attribute<infer T, infer P> ? (P extends 'required' ? T : T | null) : never;

/** What is stored of a thing with this schema: every value known. */
export type State<S> = S extends Schema<infer A, infer B> ? ObjectModel<A, B> : never;

/** What the user wrote: values that come from elsewhere may be unknown while planning. */
export type Config<S> = WithUnknown<State<S>>;

/** What is planned: as {@link Config}; the provider's own values may be unknown too. */
export type Planned<S> = WithUnknown<State<S>>;

/** An object whose parts may be unknown, itself known. */
export type WithUnknown<T> = { readonly [K in keyof T]: MaybeUnknown<T[K]> };

type MaybeUnknown<T> =
  | Unknown
  | (T extends null | string | number | bigint | boolean | Decimal | Dynamic
      ? T
      : T extends readonly (infer E)[]
        ? readonly MaybeUnknown<E>[]
        : T extends Readonly<Record<string, Value>>
          ? { readonly [K in keyof T]: MaybeUnknown<T[K]> }
          : T);

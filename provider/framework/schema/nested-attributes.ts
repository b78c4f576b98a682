import type { Type } from '../cty/type';
import { listOf, mapOf, setOf } from '../cty/type';
import type { Value } from '../cty/value';
import type { Attribute, Attributes, Nesting, Presence } from './attribute';
import { attribute } from './attributes';
import type { AttributeOptions } from './attributes';
import { objectType } from './implied-type';
import type { ObjectModel } from './model';

/** What a nested attribute is declared with. */
export interface NestedOptions<A extends Attributes, T extends Value, P extends Presence> extends AttributeOptions<
  T,
  P
> {
  readonly attributes: A;
}

// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an object without blocks
type Item<A extends Attributes> = ObjectModel<A, {}>;

/** One object, written `name = { … }`. */
export function singleNested<A extends Attributes, P extends Presence>(
  options: NestedOptions<A, Item<A>, P>,
): Attribute<Item<A>, P> {
  return nested('single', objectType(options.attributes, {}), options);
}

/** Objects in order, written `name = [{ … }]`. */
export function listNested<A extends Attributes, P extends Presence>(
  options: NestedOptions<A, readonly Item<A>[], P>,
): Attribute<readonly Item<A>[], P> {
  return nested('list', listOf(objectType(options.attributes, {})), options);
}

/** Objects without order. */
export function setNested<A extends Attributes, P extends Presence>(
  options: NestedOptions<A, readonly Item<A>[], P>,
): Attribute<readonly Item<A>[], P> {
  return nested('set', setOf(objectType(options.attributes, {})), options);
}

/** Objects by key, written `name = { key = { … } }`. */
export function mapNested<A extends Attributes, P extends Presence>(
  options: NestedOptions<A, Readonly<Record<string, Item<A>>>, P>,
): Attribute<Readonly<Record<string, Item<A>>>, P> {
  return nested('map', mapOf(objectType(options.attributes, {})), options);
}

function nested<A extends Attributes, T extends Value, P extends Presence>(
  nesting: Nesting,
  type: Type,
  options: NestedOptions<A, T, P>,
): Attribute<T, P> {
  return { ...attribute<T, P>(type, options), nested: { nesting, attributes: options.attributes } };
}

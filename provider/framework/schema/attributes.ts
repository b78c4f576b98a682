import type { NumberValue } from '../cty/number';
import type { Type } from '../cty/type';
import { BOOL, DYNAMIC, NUMBER, STRING, listOf, mapOf, setOf } from '../cty/type';
import type { Dynamic, Value } from '../cty/value';
import type { Attribute, Presence } from './attribute';
import type { PlanModifier } from './plan-modifier';
import type { Validator } from './validator';
import { wholeNumber } from './value-validators';

/** What an attribute is declared with. */
export interface AttributeOptions<T extends Value, P extends Presence> {
  readonly presence: P;
  /** Markdown: meaning, unit, allowed values, default. */
  readonly description: string;
  readonly deprecated?: string;
  readonly sensitive?: boolean;
  readonly writeOnly?: boolean;
  readonly validators?: readonly Validator<T>[];
  readonly planModifiers?: readonly PlanModifier[];
  /** Needs presence `optional+computed`. */
  readonly default?: T;
}

export function stringAttribute<P extends Presence>(options: AttributeOptions<string, P>): Attribute<string, P> {
  return attribute(STRING, options);
}

export function boolAttribute<P extends Presence>(options: AttributeOptions<boolean, P>): Attribute<boolean, P> {
  return attribute(BOOL, options);
}

/** Any number Terraform has, exactly. */
export function numberAttribute<P extends Presence>(
  options: AttributeOptions<NumberValue, P>,
): Attribute<NumberValue, P> {
  return attribute(NUMBER, options);
}

/** A whole number up to 2^53-1 in size; validation refuses others. */
export function integerAttribute<P extends Presence>(options: AttributeOptions<number, P>): Attribute<number, P> {
  return attribute(NUMBER, { ...options, validators: [wholeNumber, ...(options.validators ?? [])] as never });
}

/** A value of whatever type the user writes. */
export function dynamicAttribute<P extends Presence>(options: AttributeOptions<Dynamic, P>): Attribute<Dynamic, P> {
  return attribute(DYNAMIC, options);
}

/** Element types of collection attributes, and what they are in TypeScript. */
interface ElementTypes {
  readonly string: string;
  readonly number: NumberValue;
  readonly bool: boolean;
}
const ELEMENT: Readonly<Record<keyof ElementTypes, Type>> = { string: STRING, number: NUMBER, bool: BOOL };

export interface CollectionOptions<
  K extends keyof ElementTypes,
  T extends Value,
  P extends Presence,
> extends AttributeOptions<T, P> {
  readonly element: K;
  /** Each sees one element; elements that are unknown or null are left alone. */
  readonly elementValidators?: readonly Validator<ElementTypes[K]>[];
}

export function listAttribute<K extends keyof ElementTypes, P extends Presence>(
  options: CollectionOptions<K, readonly ElementTypes[K][], P>,
): Attribute<readonly ElementTypes[K][], P> {
  return collection(listOf(ELEMENT[options.element]), options);
}

/** Like a list; the order means nothing and no element comes twice. */
export function setAttribute<K extends keyof ElementTypes, P extends Presence>(
  options: CollectionOptions<K, readonly ElementTypes[K][], P>,
): Attribute<readonly ElementTypes[K][], P> {
  return collection(setOf(ELEMENT[options.element]), options);
}

export function mapAttribute<K extends keyof ElementTypes, P extends Presence>(
  options: CollectionOptions<K, Readonly<Record<string, ElementTypes[K]>>, P>,
): Attribute<Readonly<Record<string, ElementTypes[K]>>, P> {
  return collection(mapOf(ELEMENT[options.element]), options);
}

function collection<K extends keyof ElementTypes, T extends Value, P extends Presence>(
  type: Type,
  options: CollectionOptions<K, T, P>,
): Attribute<T, P> {
  return { ...attribute<T, P>(type, options), elementValidators: options.elementValidators ?? [] };
}

/** @private The common part of every attribute. */
export function attribute<T extends Value, P extends Presence>(
  type: Type,
  options: AttributeOptions<T, P>,
): Attribute<T, P> {
  return {
    kind: 'attribute',
    presence: options.presence,
    type,
    nested: null,
    description: options.description,
    deprecated: options.deprecated ?? null,
    sensitive: options.sensitive ?? false,
    writeOnly: options.writeOnly ?? false,
    validators: options.validators ?? [],
    elementValidators: [],
    planModifiers: options.planModifiers ?? [],
    default: options.default,
  };
}

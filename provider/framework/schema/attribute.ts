import type { Type } from '../cty/type';
import type { Value } from '../cty/value';
import type { PlanModifier } from './plan-modifier';
import type { Validator } from './validator';

/** Who sets an attribute: the user must, the user may, the provider does, or the provider where the user does not. */
export type Presence = 'required' | 'optional' | 'computed' | 'optional+computed';

/** How many objects a nested attribute holds, and by what they are told apart. */
export type Nesting = 'single' | 'list' | 'set' | 'map';

/** The attributes of an object, by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/**
 * One attribute of a schema. `T` is the TypeScript type of its value once known (without null), `P` its presence: they
 * exist for inference (model.ts). Made by the functions of attributes.ts and nested-attributes.ts.
 */
export interface Attribute<T extends Value = Value, P extends Presence = Presence> {
  readonly kind: 'attribute';
  readonly presence: P;
  /** The cty type; of a nested attribute, the one that its attributes imply. */
  readonly type: Type;
  readonly nested: { readonly nesting: Nesting; readonly attributes: Attributes } | null;
  /** Markdown. */
  readonly description: string;
  /** Why not to use it and what to use instead, or null. */
  readonly deprecated: string | null;
  readonly sensitive: boolean;
  /** The value reaches the provider and is stored neither in plan nor in state. */
  readonly writeOnly: boolean;
  /** Each sees only values that are wholly known and not null. */
  readonly validators: readonly Validator[];
  /** Of a list, set or map of primitives: each sees one element, known and not null. */
  readonly elementValidators: readonly Validator[];
  readonly planModifiers: readonly PlanModifier[];
  /** What is planned when the configuration says null; undefined: no default. */
  readonly default: Value | undefined;
  /** Never there at run time. */
  readonly model?: T;
}

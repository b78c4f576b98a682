/** A cty type: what Terraform calls a type constraint. Values are plain data and do not carry their type (see value.ts). */
export type Type = PrimitiveType | CollectionType | ObjectType | TupleType;

export interface PrimitiveType {
  /** `dynamic` stands for a type that only the value knows; its values are wrapped in `Dynamic`. */
  readonly kind: 'string' | 'number' | 'bool' | 'dynamic';
}

export interface CollectionType {
  readonly kind: 'list' | 'set' | 'map';
  readonly element: Type;
}

export interface ObjectType {
  readonly kind: 'object';
  /** Own enumerable keys in sorted order, as core sorts them; no prototype, so that any attribute name is safe. */
  readonly attributes: Readonly<Record<string, Type>>;
  /** Names that a type constraint lets the user leave out. They say nothing about values: a value has every attribute. */
  readonly optional: ReadonlySet<string>;
}

export interface TupleType {
  readonly kind: 'tuple';
  readonly elements: readonly Type[];
}

export const STRING: PrimitiveType = { kind: 'string' };
export const NUMBER: PrimitiveType = { kind: 'number' };
export const BOOL: PrimitiveType = { kind: 'bool' };
export const DYNAMIC: PrimitiveType = { kind: 'dynamic' };

export const listOf = (element: Type): CollectionType => ({ kind: 'list', element });
export const setOf = (element: Type): CollectionType => ({ kind: 'set', element });
export const mapOf = (element: Type): CollectionType => ({ kind: 'map', element });
export const tupleOf = (elements: readonly Type[]): TupleType => ({ kind: 'tuple', elements });

/** An object type with exactly these attributes. */
export function objectOf(attributes: Readonly<Record<string, Type>>, optional: Iterable<string> = []): ObjectType {
  const sorted = Object.create(null) as Record<string, Type>;
  for (const [name, type] of Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))) sorted[name] = type;
  return { kind: 'object', attributes: sorted, optional: new Set(optional) };
}

/** The type as Terraform users write it, e.g. `list(string)`. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'bool':
      return type.kind;
    case 'dynamic':
      return 'any';
    case 'list':
    case 'set':
    case 'map':
      return `${type.kind}(${typeText(type.element)})`;
    case 'tuple':
      return `tuple([${type.elements.map(typeText).join(', ')}])`;
    case 'object': {
      const fields = Object.entries(type.attributes).map(([name, t]) =>
        type.optional.has(name) ? `${name} = optional(${typeText(t)})` : `${name} = ${typeText(t)}`,
      );
      return `object({${fields.join(', ')}})`;
    }
  }
}

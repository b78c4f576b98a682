import type { Path } from './path';
import { ROOT, atAttribute, atElement, atIndex, atKey } from './path';
import type { Type } from './type';
import { isUnknown } from './unknown';
import type { Value, ValueRecord } from './value';
import { Dynamic, recordOf } from './value';

/** Calls `visit` for the value and then, where it says true, for each part of it. Dynamic values are entered. */
export function walk(value: Value, type: Type, visit: (value: Value, type: Type, path: Path) => boolean): void {
  const go = (v: Value, t: Type, path: Path): void => {
    if (visit(v, t, path)) for (const part of partsOf(v, t, path)) go(part.value, part.type, part.path);
  };
  go(value, type, ROOT);
}

/**
 * The value with each part replaced by what `change` makes of it, innermost first; the paths are those of the value
 * given. What `change` makes must be of the same type.
 */
export function transform(value: Value, type: Type, change: (value: Value, type: Type, path: Path) => Value): Value {
  const go = (v: Value, t: Type, path: Path): Value => change(rebuild(v, t, path, go), t, path);
  return go(value, type, ROOT);
}

/** True when the value or any part of it is unknown. */
export function containsUnknown(value: Value): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (isUnknown(value)) return true;
  if (value instanceof Dynamic) return containsUnknown(value.value);
  return Object.values(value).some((part) => containsUnknown(part as Value));
}

/** One element, key or attribute of a value. */
export interface Part {
  readonly value: Value;
  readonly type: Type;
  readonly path: Path;
}

/** The direct parts of a value; none when it is null, unknown or primitive. The value must conform to the type. */
export function partsOf(value: Value, type: Type, path: Path): Part[] {
  if (value === null || isUnknown(value)) return [];
  switch (type.kind) {
    case 'list':
      return (value as readonly Value[]).map((v, i) => ({ value: v, type: type.element, path: atIndex(path, i) }));
    case 'set':
      return (value as readonly Value[]).map((v) => ({ value: v, type: type.element, path: atElement(path, v) }));
    case 'tuple':
      return type.elements.map((t, i) => ({
        value: (value as readonly Value[])[i] as Value,
        type: t,
        path: atIndex(path, i),
      }));
    case 'map':
      return Object.entries(value as ValueRecord).map(([key, v]) => ({
        value: v,
        type: type.element,
        path: atKey(path, key),
      }));
    case 'object':
      return Object.entries(type.attributes).map(([name, t]) => ({
        value: (value as ValueRecord)[name] as Value,
        type: t,
        path: atAttribute(path, name),
      }));
    case 'dynamic':
      return [{ value: (value as Dynamic).value, type: (value as Dynamic).type, path }];
    case 'string':
    case 'number':
    case 'bool':
      return [];
  }
}

function rebuild(value: Value, type: Type, path: Path, go: (v: Value, t: Type, path: Path) => Value): Value {
  if (value === null || isUnknown(value)) return value;
  const parts = partsOf(value, type, path).map((part) => go(part.value, part.type, part.path));
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'tuple':
      return parts;
    case 'map':
      return recordOf(Object.keys(value).map((key, i) => [key, parts[i] as Value]));
    case 'object':
      return recordOf(Object.keys(type.attributes).map((name, i) => [name, parts[i] as Value]));
    case 'dynamic':
      return new Dynamic((value as Dynamic).type, parts[0] as Value);
    case 'string':
    case 'number':
    case 'bool':
      return value;
  }
}

import { isNumberValue, numberText } from '../number';
import type { Path } from '../path';
import { ROOT, atAttribute, atElement, atIndex, atKey } from '../path';
import { PathError } from '../path-error';
import type { Type } from '../type';
import { isUnknown } from '../unknown';
import type { Value } from '../value';
import { Dynamic, describeValue, isArray, isRecord } from '../value';
import { typeToJson } from './type';

/**
 * Writes a value as state files hold it; numbers in all their digits.
 * @throws PathError when the value is not of that type, or not wholly known: unknown has no form in JSON.
 */
export function encodeJson(value: Value, type: Type): string {
  return write(value, type, ROOT);
}

function write(value: Value, type: Type, path: Path): string {
  if (isUnknown(value)) throw new PathError(path, 'an unknown value cannot be stored');
  if (value === null) return 'null';
  switch (type.kind) {
    case 'dynamic':
      if (!(value instanceof Dynamic)) break;
      return `{"value":${write(value.value, value.type, path)},"type":${typeToJson(value.type)}}`;
    case 'string':
      if (typeof value === 'string') return JSON.stringify(value.normalize('NFC'));
      break;
    case 'bool':
      if (typeof value === 'boolean') return String(value);
      break;
    case 'number':
      if (isNumberValue(value) && (typeof value !== 'number' || Number.isFinite(value))) return numberText(value);
      break;
    case 'list':
    case 'set': {
      if (!isArray(value)) break;
      const step = (i: number, v: Value): Path => (type.kind === 'list' ? atIndex(path, i) : atElement(path, v));
      return `[${value.map((v, i) => write(v, type.element, step(i, v))).join(',')}]`;
    }
    case 'tuple':
      if (!isArray(value) || value.length !== type.elements.length) break;
      return `[${type.elements.map((t, i) => write(value[i] as Value, t, atIndex(path, i))).join(',')}]`;
    case 'map':
      if (!isRecord(value)) break;
      return braces(
        Object.keys(value)
          .sort()
          .map((key) => [key, write(value[key] as Value, type.element, atKey(path, key))]),
      );
    case 'object': {
      if (!isRecord(value)) break;
      for (const name of Object.keys(value))
        if (!Object.hasOwn(type.attributes, name))
          throw new PathError(atAttribute(path, name), 'there is no such attribute');
      return braces(
        Object.entries(type.attributes).map(([name, t]) => {
          if (!Object.hasOwn(value, name)) throw new PathError(atAttribute(path, name), 'the attribute is missing');
          return [name, write(value[name] as Value, t, atAttribute(path, name))];
        }),
      );
    }
  }
  throw new PathError(path, `a value of type ${type.kind} is required, not ${describeValue(value)}`);
}

const braces = (entries: readonly (readonly [string, string])[]): string =>
  `{${entries.map(([key, json]) => `${JSON.stringify(key.normalize('NFC'))}:${json}`).join(',')}}`;

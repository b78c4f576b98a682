import { isNumberValue } from './number';
import type { Path } from './path';
import { ROOT, atAttribute, atElement, atIndex, atKey } from './path';
import { PathError } from './path-error';
import type { ObjectType, Type } from './type';
import { typeText } from './type';
import { isUnknown } from './unknown';
import type { Value, ValueRecord } from './value';
import { Dynamic, describeValue, isArray, isRecord } from './value';

/** Everything in which the value is not of the type, with its path; empty when it conforms. Takes any JavaScript value. */
export function conformanceErrors(value: unknown, type: Type): PathError[] {
  const errors: PathError[] = [];
  check(value as Value, type, ROOT, errors);
  return errors;
}

function check(value: Value, type: Type, path: Path, errors: PathError[]): void {
  if (value === null || isUnknown(value)) return;
  const wrong = (): void => {
    errors.push(new PathError(path, `${typeText(type)} is required, not ${describeValue(value)}`));
  };
  switch (type.kind) {
    case 'string':
      if (typeof value !== 'string') wrong();
      return;
    case 'bool':
      if (typeof value !== 'boolean') wrong();
      return;
    case 'number':
      if (!isNumberValue(value) || (typeof value === 'number' && !Number.isFinite(value))) wrong();
      return;
    case 'list':
    case 'set':
      if (!isArray(value)) {
        wrong();
        return;
      }
      value.forEach((v, i) => {
        check(v, type.element, type.kind === 'set' ? atElement(path, v) : atIndex(path, i), errors);
      });
      return;
    case 'tuple':
      if (!isArray(value) || value.length !== type.elements.length) {
        wrong();
        return;
      }
      type.elements.forEach((t, i) => {
        check(value[i] as Value, t, atIndex(path, i), errors);
      });
      return;
    case 'map':
      if (!isRecord(value)) {
        wrong();
        return;
      }
      for (const [key, v] of Object.entries(value)) check(v, type.element, atKey(path, key), errors);
      return;
    case 'object':
      if (isRecord(value)) attributes(value, type, path, errors);
      else wrong();
      return;
    case 'dynamic':
      if (value instanceof Dynamic && value.type.kind !== 'dynamic') check(value.value, value.type, path, errors);
      else wrong();
      return;
  }
}

function attributes(value: ValueRecord, type: ObjectType, path: Path, errors: PathError[]): void {
  for (const [name, t] of Object.entries(type.attributes)) {
    if (Object.hasOwn(value, name)) check(value[name] as Value, t, atAttribute(path, name), errors);
    else errors.push(new PathError(atAttribute(path, name), 'the attribute is missing'));
  }
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(type.attributes, name))
      errors.push(new PathError(atAttribute(path, name), 'there is no such attribute'));
  }
}

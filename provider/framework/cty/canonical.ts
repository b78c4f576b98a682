import { typeToJson } from './json/type';
import { numberText } from './number';
import type { NumberValue } from './number';
import type { Type } from './type';
import type { Refinements } from './unknown';
import { isUnknown } from './unknown';
import type { Dynamic, Value, ValueRecord } from './value';

/**
 * One text for each value of a type: two values are equal as Terraform sees it exactly if their texts are. Sets do not
 * depend on order or repetition, numbers not on their form. The value must conform to the type.
 */
export function canonicalText(value: Value, type: Type): string {
  if (value === null) return 'null';
  if (isUnknown(value)) return `?${refinementsText(value.refinements)}`;
  switch (type.kind) {
    case 'string':
      return JSON.stringify((value as string).normalize('NFC'));
    case 'bool':
      return value === true ? 'true' : 'false';
    case 'number':
      return numberText(value as NumberValue);
    case 'list':
      return `[${(value as readonly Value[]).map((v) => canonicalText(v, type.element)).join(',')}]`;
    case 'tuple':
      return `[${type.elements.map((t, i) => canonicalText((value as readonly Value[])[i] as Value, t)).join(',')}]`;
    case 'set':
      return `<${[...new Set((value as readonly Value[]).map((v) => canonicalText(v, type.element)))].sort().join(',')}>`;
    case 'map': {
      const record = value as ValueRecord;
      return braces(
        Object.keys(record)
          .sort()
          .map((key) => [key, canonicalText(record[key] as Value, type.element)]),
      );
    }
    case 'object': {
      const record = value as ValueRecord;
      return braces(
        Object.entries(type.attributes).map(([name, t]) => [name, canonicalText(record[name] as Value, t)]),
      );
    }
    case 'dynamic': {
      const dynamic = value as Dynamic;
      return `${typeToJson(dynamic.type)}:${canonicalText(dynamic.value, dynamic.type)}`;
    }
  }
}

/** Equality as core sees it. An unknown value equals only one about which the same is known. */
export function valuesEqual(a: Value, b: Value, type: Type): boolean {
  return a === b || canonicalText(a, type) === canonicalText(b, type);
}

const braces = (entries: readonly (readonly [string, string])[]): string =>
  `{${entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;

function refinementsText(known: Refinements): string {
  const { nullable, prefix, min, max, minLength, maxLength } = known;
  const bound = (b: typeof min): string => (b === undefined ? '' : `${numberText(b.value)}${b.inclusive ? '=' : ''}`);
  const parts = [
    nullable,
    prefix === undefined ? '' : JSON.stringify(prefix),
    bound(min),
    bound(max),
    minLength,
    maxLength,
  ];
  return `(${parts.map((part) => part ?? '').join(';')})`;
}

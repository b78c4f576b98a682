import type { NumberValue } from './number';
import { Decimal } from './number';
import type { Type } from './type';
import { Unknown } from './unknown';

/**
 * A cty value as plain data:
 *
 * | type | value |
 * |---|---|
 * | any | `null`, or an `Unknown` |
 * | string | string, Unicode NFC |
 * | number | `number`, `bigint` or `Decimal` (number.ts) |
 * | bool | boolean |
 * | list, set, tuple | array (a set's order means nothing) |
 * | map, object | record; an object has every attribute of its type |
 * | dynamic | `Dynamic` |
 */
export type Value =
  null | string | boolean | NumberValue | Unknown | Dynamic | readonly Value[] | { readonly [key: string]: Value };

/** A map's or an object's value. Those made here have no prototype, so that `__proto__` is a key like any other. */
export type ValueRecord = Readonly<Record<string, Value>>;

/** A value in a place typed `dynamic`: it brings its own type, which is never `dynamic` itself. */
export class Dynamic {
  constructor(
    readonly type: Type,
    readonly value: Value,
  ) {}
}

/** A record from entries, safe for every key. */
export function recordOf(entries: Iterable<readonly [string, Value]>): ValueRecord {
  const record = Object.create(null) as Record<string, Value>;
  for (const [key, value] of entries) record[key] = value;
  return record;
}

export function isRecord(value: Value): value is ValueRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Dynamic) &&
    !(value instanceof Decimal)
  );
}

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** `record[key]`, null when the record lacks it; never something inherited. */
export function field(record: ValueRecord, key: string): Value {
  return Object.hasOwn(record, key) ? (record[key] as Value) : null;
}

/** The value in words, for error messages: never the content, which may be secret. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (value instanceof Unknown) return 'an unknown value';
  if (value instanceof Dynamic) return 'a dynamic value';
  if (value instanceof Decimal || typeof value === 'number' || typeof value === 'bigint') return 'a number';
  if (typeof value === 'boolean') return 'a bool';
  if (typeof value === 'string') return 'a string';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

import type { Value, ValueRecord } from '../../cty/value';
import { recordOf } from '../../cty/value';
import { schemaType } from '../implied-type';
import type { Schema } from '../schema';

/** An object of the schema's type with these values and null for the rest (no blocks for list, set and map blocks). */
export function objectLike(schema: Schema, values: Readonly<Record<string, Value>> = {}): ValueRecord {
  return recordOf(
    Object.keys(schemaType(schema).attributes).map((name) => {
      const block = schema.blocks[name]?.nesting;
      const empty: Value = block === 'list' || block === 'set' ? [] : block === 'map' ? {} : null;
      return [name, Object.hasOwn(values, name) ? (values[name] ?? null) : empty];
    }),
  );
}

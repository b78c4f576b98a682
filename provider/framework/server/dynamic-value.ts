import { decodeJson } from '../cty/json/decode';
import { decodeMsgpack } from '../cty/msgpack/decode';
import { encodeMsgpack } from '../cty/msgpack/encode';
import type { Type } from '../cty/type';
import type { Value, ValueRecord } from '../cty/value';
import { isRecord } from '../cty/value';
import { schemaType } from '../schema/implied-type';
import type { Schema } from '../schema/schema';
import type { DynamicValue } from '../protocol/tfplugin6.generated';

/** The value on the wire: msgpack where there is any, else JSON, else null. Throws PathError for what is not of the type. */
export function decodeDynamicValue(wire: DynamicValue | undefined, type: Type): Value {
  if (wire === undefined) return null;
  if (wire.msgpack.length > 0) return decodeMsgpack(wire.msgpack, type);
  return wire.json.length > 0 ? decodeJson(wire.json, type) : null;
}

/** The object of a schema on the wire; null where there is none. */
export function decodeObject(wire: DynamicValue | undefined, schema: Schema): ValueRecord | null {
  const value = decodeDynamicValue(wire, schemaType(schema));
  return isRecord(value) ? value : null;
}

export function encodeObject(value: ValueRecord | null, schema: Schema): { msgpack: Uint8Array } {
  return { msgpack: encodeMsgpack(value, schemaType(schema)) };
}

import { defaultOf, isMessage, WireType, type Field, type FieldTable, type FieldType } from './field';
import { WireError } from './wire-error';
import { Writer } from './writer';

/** The bytes of `value`. Throws {@link WireError} naming the field whose value is not of its type. */
export function encodeMessage(type: FieldTable, value: unknown): Uint8Array {
  const writer = new Writer();
  writeFields(writer, type, value);
  return writer.finish();
}

function writeFields(writer: Writer, type: FieldTable, value: unknown): void {
  if (!isRecord(value)) throw new WireError(`${type.name} must be an object`);
  for (let i = type.fields.length - 1; i >= 0; i--) {
    const field = type.fields[i];
    if (field !== undefined) writeField(writer, type, field, value);
  }
}

function writeField(writer: Writer, owner: FieldTable, field: Field, record: Record<string, unknown>): void {
  if (field.oneof !== undefined) {
    const chosen = record[field.oneof];
    if (isRecord(chosen) && chosen.case === field.name) writeTagged(writer, owner, field, chosen.value);
    return;
  }
  const value = record[field.name];
  if (value === undefined) return;
  switch (field.as) {
    case 'repeated':
      if (!Array.isArray(value)) throw wrong(owner, field, 'an array');
      for (let i = value.length - 1; i >= 0; i--) writeTagged(writer, owner, field, value[i]);
      return;
    case 'map':
      if (!(value instanceof Map)) throw wrong(owner, field, 'a Map');
      for (const [key, element] of [...value].reverse()) writeEntry(writer, owner, field, key, element);
      return;
    case 'optional':
      writeTagged(writer, owner, field, value);
      return;
    case undefined:
      if (isMessage(field.type) || !isDefault(field.type, value)) writeTagged(writer, owner, field, value);
  }
}

function isDefault(type: Exclude<FieldType, FieldTable>, value: unknown): boolean {
  return type === 'bytes' ? value instanceof Uint8Array && value.length === 0 : value === defaultOf(type);
}

function writeEntry(writer: Writer, owner: FieldTable, field: Field, key: unknown, element: unknown): void {
  const before = writer.length;
  writeTagged(writer, owner, { ...field, no: 2 }, element);
  writeTagged(writer, owner, { ...field, no: 1, type: 'string' }, key);
  writer.varint(writer.length - before);
  writer.tag(field.no, WireType.bytes);
}

function writeTagged(writer: Writer, owner: FieldTable, field: Field, value: unknown): void {
  writer.tag(field.no, writeValue(writer, owner, field, value));
}

/** Writes the value, and answers the wire type for the tag that goes before it. */
function writeValue(writer: Writer, owner: FieldTable, field: Field, value: unknown): number {
  const type = field.type;
  switch (type) {
    case 'string':
      if (typeof value !== 'string') throw wrong(owner, field, 'a string');
      writer.string(value);
      return WireType.bytes;
    case 'bytes':
      if (!(value instanceof Uint8Array)) throw wrong(owner, field, 'a Uint8Array');
      writer.bytes(value);
      return WireType.bytes;
    case 'bool':
      if (typeof value !== 'boolean') throw wrong(owner, field, 'a boolean');
      writer.varint(value ? 1 : 0);
      return WireType.varint;
    case 'int32':
      writer.int64(integer(owner, field, value, -0x8000_0000, 0x7fff_ffff));
      return WireType.varint;
    case 'uint32':
      writer.varint(integer(owner, field, value, 0, 0xffff_ffff));
      return WireType.varint;
    case 'int64':
      writer.int64(integer(owner, field, value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
      return WireType.varint;
    default: {
      if (isMessage(type)) {
        const before = writer.length;
        writeFields(writer, type, value);
        writer.varint(writer.length - before);
        return WireType.bytes;
      }
      const number = typeof value === 'string' ? type.values[value] : undefined;
      if (number === undefined) throw wrong(owner, field, `one of ${Object.keys(type.values).join(', ')}`);
      writer.int64(number);
      return WireType.varint;
    }
  }
}

function integer(owner: FieldTable, field: Field, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw wrong(owner, field, `a whole number from ${min} to ${max}`);
  return value;
}

function wrong(owner: FieldTable, field: Field, expected: string): WireError {
  return new WireError(`${owner.name}.${field.name} must be ${expected}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

import {
  defaultOf,
  isMessage,
  nameOf,
  WireType,
  type EnumType,
  type Field,
  type FieldTable,
  type Scalar,
} from './field';
import { Reader } from './reader';
import { WireError } from './wire-error';

/** Deeper than any message of the protocol nests in practice; a stack that bytes can exhaust would crash the process. */
const MAX_DEPTH = 100;

/** Two bytes on the wire can make one object in memory: a message of the permitted size could otherwise fill all of it. */
const MAX_ELEMENTS = 250_000;

type Fields = Record<string, unknown>;

/** The message in `bytes`. Throws {@link WireError} naming the message and field where the bytes go wrong. */
export function decodeMessage(type: FieldTable, bytes: Uint8Array): object {
  return new Decoder().message(type, bytes);
}

/** One decoding: counts what it makes, and how deep it is. */
class Decoder {
  private depth = 0;
  private elements = 0;

  message(type: FieldTable, bytes: Uint8Array): Fields {
    const fields = blank(type);
    this.merge(fields, type, bytes);
    return fields;
  }

  /** Reads `bytes` into a message that may have fields already: protobuf merges a message sent in pieces. */
  private merge(into: Fields, type: FieldTable, bytes: Uint8Array): void {
    if (++this.depth > MAX_DEPTH) throw new WireError(`messages nested more than ${MAX_DEPTH} deep`, type.name);
    const reader = new Reader(bytes);
    let field: Field | undefined;
    try {
      while (!reader.done) {
        field = undefined;
        const tag = reader.tag();
        field = type.byNumber.get(tag >>> 3);
        if (field === undefined || !this.field(into, field, tag & 7, reader)) reader.skip(tag);
      }
    } catch (error) {
      if (!(error instanceof WireError) || error.where !== undefined) throw error;
      throw new WireError(error.message, field === undefined ? type.name : `${type.name}.${field.name}`);
    }
    this.depth--;
  }

  /** Reads one occurrence of a field. False, with nothing read, if it is not of the type the field has. */
  private field(into: Fields, field: Field, wireType: number, reader: Reader): boolean {
    if (field.as === 'map') {
      if (wireType !== WireType.bytes) return false;
      this.entry(into[field.name] as Map<string, unknown>, field, reader.delimited());
      return true;
    }
    if (wireType === wireTypeOf(field)) {
      this.store(into, field, reader);
      return true;
    }
    if (field.as === 'repeated' && wireType === WireType.bytes) {
      const packed = new Reader(reader.delimited());
      while (!packed.done) this.store(into, field, packed);
      return true;
    }
    return false;
  }

  private store(into: Fields, field: Field, reader: Reader): void {
    if (isMessage(field.type)) {
      this.storeMessage(into, field, field.type, reader.delimited());
      return;
    }
    const value = scalar(field.type, reader);
    if (value === undefined) return;
    if (field.oneof !== undefined) into[field.oneof] = { case: field.name, value };
    else if (field.as === 'repeated') this.push(into, field, value);
    else into[field.name] = value;
  }

  private storeMessage(into: Fields, field: Field, type: FieldTable, bytes: Uint8Array): void {
    if (field.as === 'repeated') {
      this.push(into, field, this.message(type, bytes));
      return;
    }
    const chosen =
      field.oneof === undefined ? undefined : (into[field.oneof] as { case: string; value: unknown } | undefined);
    const old = field.oneof === undefined ? into[field.name] : chosen?.case === field.name ? chosen.value : undefined;
    const value = old === undefined ? blank(type) : (old as Fields);
    this.merge(value, type, bytes);
    if (field.oneof !== undefined) into[field.oneof] = { case: field.name, value };
    else into[field.name] = value;
  }

  private push(into: Fields, field: Field, value: unknown): void {
    this.count();
    (into[field.name] as unknown[]).push(value);
  }

  private entry(map: Map<string, unknown>, field: Field, bytes: Uint8Array): void {
    this.count();
    const entry: Fields = { key: '', value: isMessage(field.type) ? undefined : defaultOf(field.type) };
    const reader = new Reader(bytes);
    const value: Field = { no: 2, name: 'value', type: field.type };
    while (!reader.done) {
      const tag = reader.tag();
      if (tag === KEY) entry.key = reader.string();
      else if (tag >>> 3 !== 2 || !this.field(entry, value, tag & 7, reader)) reader.skip(tag);
    }
    map.set(entry.key as string, entry.value ?? blank(field.type as FieldTable));
  }

  private count(): void {
    if (++this.elements > MAX_ELEMENTS) throw new WireError(`more than ${MAX_ELEMENTS} elements`);
  }
}

/** Tag of a map entry's key: field 1, delimited. */
const KEY = 1 * 8 + WireType.bytes;

/** A message in which nothing was sent. */
function blank(type: FieldTable): Fields {
  const fields: Fields = {};
  for (const field of type.fields) {
    if (field.oneof !== undefined || field.as === 'optional') continue;
    if (field.as === 'repeated') fields[field.name] = [];
    else if (field.as === 'map') fields[field.name] = new Map();
    else if (!isMessage(field.type)) fields[field.name] = defaultOf(field.type);
  }
  return fields;
}

function wireTypeOf(field: Field): number {
  return isMessage(field.type) || field.type === 'string' || field.type === 'bytes' ? WireType.bytes : WireType.varint;
}

/** Undefined for a number that the enum has no name for. */
function scalar(type: Scalar | EnumType, reader: Reader): unknown {
  switch (type) {
    case 'string':
      return reader.string();
    case 'bytes':
      return reader.delimited();
    case 'bool':
      return reader.bool();
    case 'int32':
      return reader.int32();
    case 'uint32':
      return reader.uint32();
    case 'int64':
      return reader.int64();
    default:
      return nameOf(type, reader.int32());
  }
}

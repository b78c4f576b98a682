import type { NumberValue } from '../number';
import type { Type } from '../type';
import { UNKNOWN, Unknown } from '../unknown';
import type { Refinements } from '../unknown';
import { readNumber, writeNumber } from './number';
import { Reader } from './reader';
import { Writer } from './writer';

/*
 * Unknown on the wire: `d4 00 00` (an extension of type 0 with one byte of 0), or extension 12 holding a map from
 * these numbers to what is known. Core reads every other extension as plain unknown, and so do we.
 */
const REFINED = 12;
const PLAIN = Uint8Array.of(0);
const Key = { nullness: 1, prefix: 2, min: 3, max: 4, minLength: 5, maxLength: 6 } as const;

/** Core refuses more. */
const MAX_REFINEMENTS = 1024;
const MAX_PREFIX_BYTES = 256;

/**
 * The unknown value of an extension with that code and content; fields of a refinement we do not know are passed over.
 * @throws SyntaxError when a refinement is malformed.
 */
export function readUnknown(code: number, payload: Uint8Array): Unknown {
  if (code !== REFINED || payload.length <= 1) return UNKNOWN;
  if (payload.length > MAX_REFINEMENTS) throw new SyntaxError('an unknown value with too many refinements');
  const reader = new Reader(payload);
  const head = reader.token();
  if (head.kind !== 'map') throw new SyntaxError('an unknown value whose refinements are no map');
  const refinements: { -readonly [K in keyof Refinements]: Refinements[K] } = {};
  for (let left = head.length; left > 0; left--) {
    const key = reader.token();
    if (key.kind !== 'int') throw new SyntaxError('an unknown value with a refinement that has no number');
    switch (Number(key.value)) {
      case Key.nullness:
        // True is never sent: a value known to be null is null.
        if (!readBool(reader)) refinements.nullable = false;
        break;
      case Key.prefix:
        refinements.prefix = readText(reader).normalize('NFC');
        break;
      case Key.min:
        refinements.min = readBound(reader);
        break;
      case Key.max:
        refinements.max = readBound(reader);
        break;
      case Key.minLength:
        refinements.minLength = readLength(reader);
        break;
      case Key.maxLength:
        refinements.maxLength = readLength(reader);
        break;
      default:
        skip(reader, 0);
    }
  }
  return new Unknown(refinements);
}

/** Writes an unknown value with those of its refinements that make sense for its type. */
export function writeUnknown(writer: Writer, unknown: Unknown, type: Type): void {
  const entries = type.kind === 'dynamic' ? [] : refinementEntries(unknown.refinements, type);
  if (entries.length === 0) {
    writer.ext(0, PLAIN);
    return;
  }
  const payload = new Writer();
  payload.map(entries.length);
  for (const [key, write] of entries) {
    payload.int(key);
    write(payload);
  }
  writer.ext(REFINED, payload.finish());
}

function refinementEntries(known: Refinements, type: Type): [number, (w: Writer) => void][] {
  const entries: [number, (w: Writer) => void][] = [];
  const { nullable, prefix, min, max, minLength, maxLength } = known;
  if (nullable === false) entries.push([Key.nullness, (w) => w.bool(false)]);
  if (type.kind === 'string' && prefix !== undefined && prefix !== '')
    entries.push([Key.prefix, (w) => w.str(shortened(prefix.normalize('NFC')))]);
  if (type.kind === 'number') {
    if (min !== undefined) entries.push([Key.min, (w) => writeBound(w, min)]);
    if (max !== undefined) entries.push([Key.max, (w) => writeBound(w, max)]);
  }
  if (type.kind === 'list' || type.kind === 'set' || type.kind === 'map') {
    if (minLength !== undefined) entries.push([Key.minLength, (w) => w.int(minLength)]);
    if (maxLength !== undefined) entries.push([Key.maxLength, (w) => w.int(maxLength)]);
  }
  return entries;
}

/** A shorter prefix is as true, only weaker. */
function shortened(prefix: string): string {
  let text = prefix.slice(0, MAX_PREFIX_BYTES);
  while (Buffer.byteLength(text) > MAX_PREFIX_BYTES) text = text.slice(0, -1);
  return text.replace(/\p{Surrogate}$/u, '');
}

function writeBound(writer: Writer, bound: { value: NumberValue; inclusive: boolean }): void {
  writer.array(2);
  writeNumber(writer, bound.value);
  writer.bool(bound.inclusive);
}

function readBound(reader: Reader): { value: NumberValue; inclusive: boolean } {
  const head = reader.token();
  if (head.kind !== 'array' || head.length !== 2) throw new SyntaxError('an unknown value with a malformed bound');
  let value;
  try {
    value = readNumber(reader, reader.token());
  } catch (cause) {
    throw new SyntaxError('an unknown value whose bound is no number', { cause });
  }
  if (value === undefined) throw new SyntaxError('an unknown value whose bound is no number');
  return { value, inclusive: readBool(reader) };
}

function readBool(reader: Reader): boolean {
  const token = reader.token();
  if (token.kind !== 'bool') throw new SyntaxError('an unknown value with a malformed refinement');
  return token.value;
}

function readText(reader: Reader): string {
  const token = reader.token();
  if (token.kind !== 'str') throw new SyntaxError('an unknown value whose prefix is no string');
  return reader.text(token.length);
}

function readLength(reader: Reader): number {
  const token = reader.token();
  if (token.kind !== 'int' || token.value < 0) throw new SyntaxError('an unknown value with a malformed length');
  return Number(token.value);
}

/** Passes over one item of any kind. */
function skip(reader: Reader, depth: number): void {
  if (depth > 20) throw new SyntaxError('an unknown value whose refinements are nested too deep');
  const token = reader.token();
  switch (token.kind) {
    case 'str':
    case 'bin':
    case 'ext':
      reader.take(token.length);
      break;
    case 'array':
      for (let left = token.length; left > 0; left--) skip(reader, depth + 1);
      break;
    case 'map':
      for (let left = 2 * token.length; left > 0; left--) skip(reader, depth + 1);
      break;
    case 'nil':
    case 'bool':
    case 'int':
    case 'float':
      break;
  }
}

import { NumberError } from '../number';
import type { PathStep } from '../path';
import { PathError } from '../path-error';
import { typeFromJson } from '../json/type';
import type { ObjectType, Type } from '../type';
import type { Value } from '../value';
import { Dynamic } from '../value';
import { readNumber } from './number';
import type { Token } from './reader';
import { Reader } from './reader';
import { readUnknown } from './unknown';

/** A stack that bytes can exhaust would crash the process; types that users can write stay far below. */
const MAX_DEPTH = 200;

/** One byte on the wire can make an object in memory: a message of the permitted size could otherwise fill all of it. */
const MAX_VALUES = 1_000_000;

/**
 * Reads a value in the encoding of the plugin protocol.
 * @throws PathError when the bytes are malformed, too deep or too many, or are not of that type.
 */
export function decodeMsgpack(bytes: Uint8Array, type: Type): Value {
  return new Decoder(bytes).whole(type);
}

class Decoder {
  private readonly reader: Reader;
  private readonly path: PathStep[] = [];
  private depth = 0;
  private values = 0;

  constructor(bytes: Uint8Array) {
    this.reader = new Reader(bytes);
  }

  whole(type: Type): Value {
    try {
      const value = this.value(type);
      if (!this.reader.done) throw this.error('something follows the value');
      return value;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof NumberError)) throw error;
      throw new PathError([...this.path], error.message, { cause: error });
    }
  }

  private value(type: Type): Value {
    if (++this.values > MAX_VALUES) throw this.error(`more than ${MAX_VALUES} values in one message`);
    const token = this.reader.token();
    if (token.kind === 'nil') return null;
    if (token.kind === 'ext') return readUnknown(token.code, this.reader.take(token.length));
    switch (type.kind) {
      case 'string':
        if (token.kind !== 'str') throw this.wrong(type, token);
        return this.reader.text(token.length).normalize('NFC');
      case 'bool':
        if (token.kind !== 'bool') throw this.wrong(type, token);
        return token.value;
      case 'number': {
        const number = readNumber(this.reader, token);
        if (number === undefined) throw this.wrong(type, token);
        return number;
      }
      default:
        break;
    }
    // No `finally`: after an error nothing is read any more, and the path must stay as it is.
    if (++this.depth > MAX_DEPTH) throw this.error(`nested more than ${MAX_DEPTH} deep`);
    const value = this.compound(type, token);
    this.depth--;
    return value;
  }

  private compound(type: Exclude<Type, { kind: 'string' | 'bool' | 'number' }>, token: Token): Value;
  private compound(type: Type, token: Token): Value {
    switch (type.kind) {
      case 'list':
      case 'set':
        if (token.kind !== 'array') throw this.wrong(type, token);
        return this.elements(token.length, type.element, type.kind === 'set');
      case 'tuple':
        if (token.kind !== 'array') throw this.wrong(type, token);
        if (token.length !== type.elements.length)
          throw this.error(`a tuple of ${type.elements.length} elements is required, not of ${token.length}`);
        return this.tuple(type.elements);
      case 'map':
        if (token.kind !== 'map') throw this.wrong(type, token);
        return this.entries(token.length, type.element);
      case 'object':
        if (token.kind !== 'map') throw this.wrong(type, token);
        return this.attributes(token.length, type);
      case 'dynamic':
        if (token.kind !== 'array' || token.length !== 2) throw this.wrong(type, token);
        return this.dynamic();
      case 'string':
      case 'number':
      case 'bool':
        throw this.wrong(type, token);
    }
  }

  private elements(length: number, type: Type, set: boolean): Value {
    const array: Value[] = [];
    for (let i = 0; i < length; i++) {
      this.path.push(set ? { kind: 'element', value: null } : { kind: 'index', index: i });
      array.push(this.value(type));
      this.path.pop();
    }
    return array;
  }

  private tuple(types: readonly Type[]): Value {
    return types.map((type, index) => {
      this.path.push({ kind: 'index', index });
      const value = this.value(type);
      this.path.pop();
      return value;
    });
  }

  private entries(length: number, element: Type): Value {
    const record = Object.create(null) as Record<string, Value>;
    for (let i = 0; i < length; i++) {
      const key = this.key();
      this.path.push({ kind: 'key', key });
      if (key in record) throw this.error('the key comes twice');
      record[key] = this.value(element);
      this.path.pop();
    }
    return record;
  }

  private attributes(length: number, type: ObjectType): Value {
    const expected = Object.keys(type.attributes).length;
    if (length !== expected) throw this.error(`an object of ${expected} attributes is required, not of ${length}`);
    const record = Object.create(null) as Record<string, Value>;
    for (let i = 0; i < length; i++) {
      const name = this.key();
      this.path.push({ kind: 'attribute', name });
      const attribute = type.attributes[name];
      if (attribute === undefined) throw this.error('there is no such attribute');
      if (name in record) throw this.error('the attribute comes twice');
      record[name] = this.value(attribute);
      this.path.pop();
    }
    return record;
  }

  /** `[bin of the type's JSON, value]`, the array's head being read. */
  private dynamic(): Value {
    const token = this.reader.token();
    if (token.kind !== 'bin' && token.kind !== 'str') throw this.error('a dynamic value must begin with its type');
    const type = typeFromJson(this.reader.take(token.length));
    if (type.kind === 'dynamic') throw this.error('a dynamic value must say its type');
    return new Dynamic(type, this.value(type));
  }

  private key(): string {
    const token = this.reader.token();
    if (token.kind !== 'str') throw this.error(`a key must be a string, not ${token.kind}`);
    return this.reader.text(token.length).normalize('NFC');
  }

  private wrong(type: Type, token: Token): PathError {
    return this.error(`a value of type ${type.kind} is required, not msgpack ${token.kind}`);
  }

  private error(problem: string): PathError {
    return new PathError([...this.path], problem);
  }
}

import { typeToJson } from '../json/type';
import { NumberError, isNumberValue } from '../number';
import type { PathStep } from '../path';
import { PathError } from '../path-error';
import type { ObjectType, Type } from '../type';
import { isUnknown } from '../unknown';
import type { Value, ValueRecord } from '../value';
import { Dynamic, describeValue, isArray, isRecord } from '../value';
import { writeNumber } from './number';
import { writeUnknown } from './unknown';
import { Writer } from './writer';

/**
 * Writes a value in the encoding of the plugin protocol.
 * @throws PathError when the value is not of that type: what left here malformed would fail in Terraform without a path.
 */
export function encodeMsgpack(value: Value, type: Type): Uint8Array {
  const encoder = new Encoder();
  return encoder.whole(value, type);
}

class Encoder {
  private readonly writer = new Writer();
  private readonly path: PathStep[] = [];

  whole(value: Value, type: Type): Uint8Array {
    try {
      this.value(value, type);
      return this.writer.finish();
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof NumberError)) throw error;
      throw new PathError([...this.path], error.message, { cause: error });
    }
  }

  private value(value: Value, type: Type): void {
    if (value === null) {
      this.writer.nil();
      return;
    }
    if (isUnknown(value)) {
      writeUnknown(this.writer, value, type);
      return;
    }
    switch (type.kind) {
      case 'string':
        if (typeof value === 'string') {
          this.writer.str(value.normalize('NFC'));
          return;
        }
        break;
      case 'bool':
        if (typeof value === 'boolean') {
          this.writer.bool(value);
          return;
        }
        break;
      case 'number':
        if (isNumberValue(value)) {
          writeNumber(this.writer, value);
          return;
        }
        break;
      case 'list':
      case 'set':
        if (isArray(value)) {
          this.elements(value, type.element, type.kind === 'set');
          return;
        }
        break;
      case 'tuple':
        if (isArray(value)) {
          this.tuple(value, type.elements);
          return;
        }
        break;
      case 'map':
        if (isRecord(value)) {
          this.entries(value, type.element);
          return;
        }
        break;
      case 'object':
        if (isRecord(value)) {
          this.attributes(value, type);
          return;
        }
        break;
      case 'dynamic':
        if (value instanceof Dynamic) {
          this.dynamic(value);
          return;
        }
        break;
    }
    throw this.error(`a value of type ${type.kind} is required, not ${describeValue(value)}`);
  }

  private elements(value: readonly Value[], type: Type, set: boolean): void {
    this.writer.array(value.length);
    value.forEach((element, i) => {
      this.path.push(set ? { kind: 'element', value: element } : { kind: 'index', index: i });
      this.value(element, type);
      this.path.pop();
    });
  }

  private tuple(value: readonly Value[], types: readonly Type[]): void {
    if (value.length !== types.length)
      throw this.error(`a tuple of ${types.length} elements is required, not of ${value.length}`);
    this.writer.array(types.length);
    types.forEach((type, index) => {
      this.path.push({ kind: 'index', index });
      this.value(value[index] as Value, type);
      this.path.pop();
    });
  }

  private entries(value: ValueRecord, element: Type): void {
    const keys = Object.keys(value);
    this.writer.map(keys.length);
    for (const key of keys.sort()) {
      this.path.push({ kind: 'key', key });
      this.writer.str(key.normalize('NFC'));
      this.value(value[key] as Value, element);
      this.path.pop();
    }
  }

  private attributes(value: ValueRecord, type: ObjectType): void {
    const attributes = Object.entries(type.attributes);
    this.writer.map(attributes.length);
    for (const [name, attribute] of attributes) {
      this.path.push({ kind: 'attribute', name });
      if (!Object.hasOwn(value, name)) throw this.error('the attribute is missing');
      this.writer.str(name);
      this.value(value[name] as Value, attribute);
      this.path.pop();
    }
    if (Object.keys(value).length === attributes.length) return;
    for (const name of Object.keys(value)) {
      if (Object.hasOwn(type.attributes, name)) continue;
      this.path.push({ kind: 'attribute', name });
      throw this.error('there is no such attribute');
    }
  }

  private dynamic(value: Dynamic): void {
    if (value.type.kind === 'dynamic') throw this.error('a dynamic value must say its type');
    this.writer.array(2);
    this.writer.bin(new TextEncoder().encode(typeToJson(value.type)));
    this.value(value.value, value.type);
  }

  private error(problem: string): PathError {
    return new PathError([...this.path], problem);
  }
}

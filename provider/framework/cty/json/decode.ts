import type { NumberValue } from '../number';
import { NumberError, parseNumber } from '../number';
import type { Path } from '../path';
import { ROOT, atAttribute, atElement, atIndex, atKey } from '../path';
import { PathError } from '../path-error';
import type { ObjectType, Type } from '../type';
import { utf8Text } from '../utf8';
import type { Value } from '../value';
import { Dynamic, recordOf } from '../value';
import type { Json } from './parse';
import { JsonNumber, parseJson } from './parse';
import { typeFromParsed } from './type';

export interface JsonOptions {
  /** Drop attributes that the type does not have, as for state that a newer version of the schema wrote. */
  readonly ignoreUndefinedAttributes?: boolean;
}

/**
 * Reads a value as state files hold it. An attribute that is missing is null.
 * @throws PathError when the JSON is malformed or is not of that type.
 */
export function decodeJson(source: string | Uint8Array, type: Type, options: JsonOptions = {}): Value {
  try {
    return read(parseJson(typeof source === 'string' ? source : utf8Text(source)), type, ROOT, options);
  } catch (error) {
    if (error instanceof SyntaxError) throw new PathError(ROOT, error.message, { cause: error });
    throw error;
  }
}

function read(json: Json, type: Type, path: Path, options: JsonOptions): Value {
  if (type.kind === 'dynamic') return json === null ? null : dynamic(json, path, options);
  if (json === null) return null;
  switch (type.kind) {
    case 'string':
      if (typeof json !== 'string') throw wrong(path, 'a string', json);
      return json.normalize('NFC');
    case 'bool':
      if (typeof json !== 'boolean') throw wrong(path, 'a bool', json);
      return json;
    case 'number':
      return number(json, path);
    case 'list':
      return array(json, path).map((element, i) => read(element, type.element, atIndex(path, i), options));
    case 'set':
      return array(json, path).map((element) => read(element, type.element, atElement(path, null), options));
    case 'tuple': {
      const elements = array(json, path);
      if (elements.length !== type.elements.length)
        throw new PathError(path, `a tuple of ${type.elements.length} elements is required, not of ${elements.length}`);
      return type.elements.map((t, i) => read(elements[i] as Json, t, atIndex(path, i), options));
    }
    case 'map':
      return recordOf(
        Object.entries(object(json, path)).map(([key, element]) => [
          key.normalize('NFC'),
          read(element, type.element, atKey(path, key), options),
        ]),
      );
    case 'object':
      return attributes(object(json, path), type, path, options);
  }
}

function attributes(json: Readonly<Record<string, Json>>, type: ObjectType, path: Path, options: JsonOptions): Value {
  if (options.ignoreUndefinedAttributes !== true) {
    for (const name of Object.keys(json)) {
      if (!Object.hasOwn(type.attributes, name))
        throw new PathError(atAttribute(path, name), 'there is no such attribute');
    }
  }
  return recordOf(
    Object.entries(type.attributes).map(([name, t]) => [
      name,
      Object.hasOwn(json, name) ? read(json[name] as Json, t, atAttribute(path, name), options) : null,
    ]),
  );
}

/** Dynamic values carry their type: `{"value": …, "type": …}`. */
function dynamic(json: Json, path: Path, options: JsonOptions): Value {
  const wrapper = object(json, path);
  if (!Object.hasOwn(wrapper, 'type') || !Object.hasOwn(wrapper, 'value'))
    throw new PathError(path, 'a dynamic value must have a type and a value');
  const type = dynamicType(wrapper.type as Json, path);
  return new Dynamic(type, read(wrapper.value as Json, type, path, options));
}

function dynamicType(json: Json, path: Path): Type {
  try {
    const type = typeFromParsed(json);
    if (type.kind !== 'dynamic') return type;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new PathError(path, error.message, { cause: error });
  }
  throw new PathError(path, 'a dynamic value must say its type');
}

function number(json: Json, path: Path): NumberValue {
  const text = json instanceof JsonNumber ? json.text : json;
  if (typeof text !== 'string') throw wrong(path, 'a number', json);
  try {
    return parseNumber(text);
  } catch (error) {
    if (!(error instanceof NumberError)) throw error;
    throw new PathError(path, `a number is required: ${error.message}`, { cause: error });
  }
}

function array(json: Json, path: Path): readonly Json[] {
  if (!Array.isArray(json)) throw wrong(path, 'an array', json);
  return json as readonly Json[];
}

function object(json: Json, path: Path): Readonly<Record<string, Json>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json) || json instanceof JsonNumber)
    throw wrong(path, 'an object', json);
  return json as Readonly<Record<string, Json>>;
}

function wrong(path: Path, expected: string, json: Json): PathError {
  const found = json instanceof JsonNumber ? 'number' : Array.isArray(json) ? 'array' : typeof json;
  return new PathError(path, `${expected} is required, not JSON of type ${json === null ? 'null' : found}`);
}

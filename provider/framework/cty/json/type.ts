import { utf8Text } from '../utf8';
import type { ObjectType, Type } from '../type';
import { BOOL, DYNAMIC, NUMBER, STRING, listOf, mapOf, objectOf, setOf, tupleOf } from '../type';
import type { Json } from './parse';
import { parseJson } from './parse';

/** The type in Terraform's JSON notation, without blanks: `["list","string"]`. Object attributes come sorted. */
export function typeToJson(type: Type): string {
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'bool':
    case 'dynamic':
      return `"${type.kind}"`;
    case 'list':
    case 'set':
    case 'map':
      return `["${type.kind}",${typeToJson(type.element)}]`;
    case 'tuple':
      return `["tuple",[${type.elements.map(typeToJson).join(',')}]]`;
    case 'object':
      return objectToJson(type);
  }
}

function objectToJson(type: ObjectType): string {
  const attributes = Object.entries(type.attributes).map(([name, t]) => `${JSON.stringify(name)}:${typeToJson(t)}`);
  const optional = [...type.optional].sort();
  return `["object",{${attributes.join(',')}}${optional.length > 0 ? `,${JSON.stringify(optional)}` : ''}]`;
}

export function typesEqual(a: Type, b: Type): boolean {
  return a === b || typeToJson(a) === typeToJson(b);
}

/**
 * Reads a type from its JSON notation, as text or as UTF-8.
 * @throws SyntaxError when it is not one.
 */
export function typeFromJson(source: string | Uint8Array): Type {
  return typeFromParsed(parseJson(typeof source === 'string' ? source : utf8Text(source)));
}

/** As {@link typeFromJson}, of JSON that is parsed already. */
export function typeFromParsed(json: Json): Type {
  if (typeof json === 'string') return primitive(json);
  if (!Array.isArray(json)) throw malformed('expected a string or an array');
  const [kind, argument, optional] = json as readonly (Json | undefined)[];
  if (argument === undefined) throw malformed('the argument is missing');
  if (json.length > (kind === 'object' ? 3 : 2)) throw malformed('too many arguments');
  switch (kind) {
    case 'list':
      return listOf(typeFromParsed(argument));
    case 'set':
      return setOf(typeFromParsed(argument));
    case 'map':
      return mapOf(typeFromParsed(argument));
    case 'tuple':
      if (!Array.isArray(argument)) throw malformed('a tuple takes an array of types');
      return tupleOf((argument as readonly Json[]).map((element) => typeFromParsed(element)));
    case 'object':
      return object(argument, optional);
    default:
      throw malformed(typeof kind === 'string' ? `there is no type ${JSON.stringify(kind)}` : 'expected a kind');
  }
}

function primitive(name: string): Type {
  switch (name) {
    case 'string':
      return STRING;
    case 'number':
      return NUMBER;
    case 'bool':
      return BOOL;
    case 'dynamic':
      return DYNAMIC;
    default:
      throw malformed(`there is no type ${JSON.stringify(name)}`);
  }
}

function object(attributes: Json, optional: Json | undefined): Type {
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes))
    throw malformed('an object takes an object of types');
  const types = Object.create(null) as Record<string, Type>;
  for (const [name, json] of Object.entries(attributes as Readonly<Record<string, Json>>))
    types[name] = typeFromParsed(json);
  if (optional === undefined) return objectOf(types);
  if (!Array.isArray(optional)) throw malformed('optional attributes come as an array of names');
  const names = (optional as readonly Json[]).map((name) => {
    if (typeof name !== 'string' || !Object.hasOwn(types, name)) throw malformed('an optional attribute that is none');
    return name;
  });
  return objectOf(types, names);
}

const malformed = (problem: string): SyntaxError => new SyntaxError(`not a type: ${problem}`);

import type { Type } from '../cty/type';
import type { Attribute, Attributes } from './attribute';
import type { Block, Blocks } from './block';
import { objectType } from './implied-type';
import type { Schema } from './schema';

/** What the schema is of: they differ in the names that Terraform keeps for itself. */
export type SchemaOwner = 'provider' | 'resource' | 'data source';

const META_ARGUMENTS = ['connection', 'count', 'depends_on', 'for_each', 'lifecycle', 'provider', 'provisioner'];
const RESERVED: Readonly<Record<SchemaOwner, readonly string[]>> = {
  provider: ['alias', 'version'],
  resource: META_ARGUMENTS,
  'data source': META_ARGUMENTS,
};

/** Names whose property or method in a class of CDKTF bindings would clash with one of its base class. */
const BREAKS_BINDINGS = new Set([
  'cdktf_stack',
  'connection',
  'constructor',
  'has_resource_move',
  'interpolation_for_attribute',
  'raw_overrides',
  'terraform_resource_type',
  'to_string',
  'with',
]);

const NAME = /^[a-z][a-z0-9_]*$/;

/**
 * Everything for which Terraform would refuse the schema when it loads it, or for which it could not be used; for unit
 * tests. Empty when the schema is good.
 */
export function schemaProblems(schema: Schema, owner: SchemaOwner): string[] {
  const problems: string[] = [];
  if (!Number.isSafeInteger(schema.version) || schema.version < 0)
    problems.push(`version ${schema.version} is no count`);
  if (schema.description.trim() === '') problems.push(`the ${owner} has no description`);
  for (const name of [...Object.keys(schema.attributes), ...Object.keys(schema.blocks)]) {
    if (RESERVED[owner].includes(name)) problems.push(`${name}: Terraform keeps this name for itself`);
    else if (owner !== 'provider' && BREAKS_BINDINGS.has(name))
      problems.push(`${name}: bindings with this name do not compile`);
  }
  const id = schema.attributes.id;
  if (owner !== 'provider' && id !== undefined && id.presence !== 'computed')
    problems.push('id: bindings have an id of their own; only a computed one is possible');
  body(schema.attributes, schema.blocks, '', problems);
  return problems;
}

function body(attributes: Attributes, blocks: Blocks, prefix: string, problems: string[]): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    if (Object.hasOwn(blocks, name)) problems.push(`${prefix}${name}: is an attribute and a block`);
    named(name, `${prefix}${name}`, problems);
    checkAttribute(attribute, `${prefix}${name}`, problems);
  }
  for (const [name, block] of Object.entries(blocks)) {
    named(name, `${prefix}${name}`, problems);
    checkBlock(block, `${prefix}${name}`, problems);
  }
}

function named(name: string, where: string, problems: string[]): void {
  if (!NAME.test(name))
    problems.push(`${where}: a name is of lower-case letters, digits and underscores, a letter first`);
  if (name === 'constructor') problems.push(`${where}: bindings with this name do not compile`);
}

function checkAttribute(attribute: Attribute, where: string, problems: string[]): void {
  const { presence, nested, type, deprecated } = attribute;
  const say = (problem: string): void => {
    problems.push(`${where}: ${problem}`);
  };
  if (attribute.description.trim() === '') say('has no description');
  if (deprecated?.trim() === '') say('is deprecated without a word on what to use instead');
  if (attribute.default !== undefined && presence !== 'optional+computed')
    say('has a default, so its presence must be optional+computed');
  if (attribute.writeOnly && presence !== 'required' && presence !== 'optional')
    say('is write-only, so the provider cannot set it');
  if (attribute.writeOnly && attribute.default !== undefined) say('is write-only, so it has no default');
  if (holdsDynamicInSet(type)) say('has a set of dynamic values, which Terraform does not allow');
  if (nested === null) return;
  if (Object.keys(nested.attributes).length === 0) say('is a nested attribute without attributes');
  if (nested.nesting === 'set' && holdsWriteOnly(nested.attributes))
    say('is a set, so nothing in it may be write-only');
  body(nested.attributes, {}, `${where}.`, problems);
}

function checkBlock(block: Block, where: string, problems: string[]): void {
  const { nesting, minItems, maxItems } = block;
  const say = (problem: string): void => {
    problems.push(`${where}: ${problem}`);
  };
  if (block.description.trim() === '') say('has no description');
  if (minItems < 0 || maxItems < 0) say('has a negative bound');
  switch (nesting) {
    case 'single':
      if (minItems !== maxItems || minItems > 1) say('is a single block: its bounds are 0 and 0 or 1 and 1');
      break;
    case 'group':
    case 'map':
      if (minItems !== 0 || maxItems !== 0) say(`is a ${nesting} block: it has no bounds`);
      break;
    case 'list':
    case 'set':
      if (maxItems !== 0 && minItems > maxItems) say(`needs at least ${minItems} and at most ${maxItems} blocks`);
      break;
  }
  if (nesting !== 'single' && nesting !== 'group' && holdsDynamic(objectType(block.attributes, block.blocks)))
    say(`is a ${nesting} block, so nothing in it may be dynamic`);
  if (nesting === 'set' && blockHoldsWriteOnly(block)) say('is a set, so nothing in it may be write-only');
  body(block.attributes, block.blocks, `${where}.`, problems);
}

function holdsWriteOnly(attributes: Attributes): boolean {
  return Object.values(attributes).some(
    (a) => a.writeOnly || (a.nested !== null && holdsWriteOnly(a.nested.attributes)),
  );
}

function blockHoldsWriteOnly(block: Block): boolean {
  return holdsWriteOnly(block.attributes) || Object.values(block.blocks).some(blockHoldsWriteOnly);
}

function holdsDynamicInSet(type: Type): boolean {
  return type.kind === 'set' ? holdsDynamic(type.element) : innerTypes(type).some(holdsDynamicInSet);
}

function holdsDynamic(type: Type): boolean {
  return type.kind === 'dynamic' || innerTypes(type).some(holdsDynamic);
}

function innerTypes(type: Type): readonly Type[] {
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'bool':
    case 'dynamic':
      return [];
    case 'list':
    case 'set':
    case 'map':
      return [type.element];
    case 'tuple':
      return type.elements;
    case 'object':
      return Object.values(type.attributes);
  }
}

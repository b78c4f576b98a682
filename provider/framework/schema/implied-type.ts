import type { ObjectType, Type } from '../cty/type';
import { listOf, mapOf, objectOf, setOf } from '../cty/type';
import type { Attributes } from './attribute';
import type { Block, Blocks } from './block';
import type { Schema } from './schema';

/** The cty type of the values of this schema, as core derives it from the wire schema. */
export function schemaType(schema: Schema): ObjectType {
  return objectType(schema.attributes, schema.blocks);
}

export function objectType(attributes: Attributes, blocks: Blocks): ObjectType {
  const types: [string, Type][] = [];
  for (const [name, attribute] of Object.entries(attributes)) types.push([name, attribute.type]);
  for (const [name, block] of Object.entries(blocks)) types.push([name, blockType(block)]);
  return objectOf(Object.fromEntries(types));
}

/** The cty type of a nested block's value. */
export function blockType(block: Block): Type {
  const item = objectType(block.attributes, block.blocks);
  switch (block.nesting) {
    case 'single':
    case 'group':
      return item;
    case 'list':
      return listOf(item);
    case 'set':
      return setOf(item);
    case 'map':
      return mapOf(item);
  }
}

import { typeToJson } from '../cty/json/type';
import { utf8Bytes } from '../cty/utf8';
import type { Init } from '../protocol/message';
import type {
  Schema as WireSchema,
  SchemaAttribute,
  SchemaBlock,
  SchemaNestedBlock,
  SchemaNestedBlockNestingMode,
  SchemaObjectNestingMode,
} from '../protocol/tfplugin6.generated';
import type { Attribute, Attributes, Nesting } from './attribute';
import type { Block, BlockNesting } from './block';
import type { Schema } from './schema';

const NESTED: Readonly<Record<Nesting, SchemaObjectNestingMode>> = {
  single: 'SINGLE',
  list: 'LIST',
  set: 'SET',
  map: 'MAP',
};
const BLOCK: Readonly<Record<BlockNesting, SchemaNestedBlockNestingMode>> = { ...NESTED, group: 'GROUP' };

/** The schema as Terraform is told it. Names come sorted, so that the same schema has the same bytes. */
export function wireSchema(schema: Schema): Init<WireSchema> {
  return { version: schema.version, block: wireBlock(schema) };
}

type Body = Pick<Block, 'attributes' | 'blocks' | 'description' | 'deprecated'>;

function wireBlock(body: Body): Init<SchemaBlock> {
  return {
    attributes: wireAttributes(body.attributes),
    blockTypes: sorted(body.blocks).map(([name, block]) => wireNestedBlock(name, block)),
    description: body.description,
    descriptionKind: 'MARKDOWN',
    deprecated: body.deprecated !== null,
    deprecationMessage: body.deprecated ?? '',
  };
}

function wireAttributes(attributes: Attributes): Init<SchemaAttribute>[] {
  return sorted(attributes).map(([name, attribute]) => wireAttribute(name, attribute));
}

function wireAttribute(name: string, attribute: Attribute): Init<SchemaAttribute> {
  const { nested, presence, deprecated } = attribute;
  return {
    name,
    ...(nested === null
      ? { type: utf8Bytes(typeToJson(attribute.type)) }
      : { nestedType: { attributes: wireAttributes(nested.attributes), nesting: NESTED[nested.nesting] } }),
    description: attribute.description,
    descriptionKind: 'MARKDOWN',
    required: presence === 'required',
    optional: presence === 'optional' || presence === 'optional+computed',
    computed: presence === 'computed' || presence === 'optional+computed',
    sensitive: attribute.sensitive,
    writeOnly: attribute.writeOnly,
    deprecated: deprecated !== null,
    deprecationMessage: deprecated ?? '',
  };
}

function wireNestedBlock(typeName: string, block: Block): Init<SchemaNestedBlock> {
  const { minItems, maxItems } = block;
  return { typeName, block: wireBlock(block), nesting: BLOCK[block.nesting], minItems, maxItems };
}

function sorted<T extends Attribute | Block>(named: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1));
}

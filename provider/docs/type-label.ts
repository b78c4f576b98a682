import type { Type } from '../framework/cty/type';
import type { Attribute } from '../framework/schema/attribute';
import type { Block } from '../framework/schema/block';

/** The type in the words of the Terraform registry: `String`, `List of String`, `Attributes Set`. */
export function attributeLabel(attribute: Attribute): string {
  const { nested, type } = attribute;
  const label = nested === null ? typeLabel(type) : `Attributes${suffix(nested.nesting)}`;
  const marks = [
    attribute.sensitive && 'Sensitive',
    attribute.writeOnly && 'Write-only',
    attribute.deprecated !== null && 'Deprecated',
  ];
  return [label, ...marks.filter((mark) => mark !== false)].join(', ');
}

/** As {@link attributeLabel}, with the bounds on the number of blocks. */
export function blockLabel(block: Block): string {
  const bounds =
    block.nesting === 'single'
      ? []
      : [block.minItems > 0 && `Min: ${block.minItems}`, block.maxItems > 0 && `Max: ${block.maxItems}`];
  const marks = [...bounds, block.deprecated !== null && 'Deprecated'];
  return [`Block${suffix(block.nesting)}`, ...marks.filter((mark) => mark !== false)].join(', ');
}

function typeLabel(type: Type): string {
  switch (type.kind) {
    case 'string':
      return 'String';
    case 'number':
      return 'Number';
    case 'bool':
      return 'Boolean';
    case 'dynamic':
      return 'Dynamic';
    case 'list':
      return `List of ${typeLabel(type.element)}`;
    case 'set':
      return `Set of ${typeLabel(type.element)}`;
    case 'map':
      return `Map of ${typeLabel(type.element)}`;
    case 'object':
      return 'Object';
    case 'tuple':
      return 'Tuple';
  }
}

function suffix(nesting: Block['nesting']): string {
  switch (nesting) {
    case 'single':
    case 'group':
      return '';
    case 'list':
      return ' List';
    case 'set':
      return ' Set';
    case 'map':
      return ' Map';
  }
}

import type { Node as JsonNode } from 'jsonc-parser';
import { parseTree } from 'jsonc-parser';
import { PortalError } from './portal-error';

export type { JsonNode };

/** The syntax tree of JSON text, with the offset of everything. `what` names the text in the error. */
export function parseJson(text: string, what: string): JsonNode {
  try {
    JSON.parse(text); // jsonc-parser forgives comments and more; the API does not
  } catch (error) {
    throw new PortalError('protocol', `${what} is not JSON. Check api_host.`, [], { cause: error });
  }
  const tree = parseTree(text);
  if (tree === undefined) throw new PortalError('protocol', `${what} is not JSON. Check api_host.`);
  return tree;
}

/**
 * The value of `key` in an object; undefined when it has none.
 * @throws PortalError when the key is there twice, since editing one of them would change what the other means.
 */
export function member(object: JsonNode, key: string, what: string): JsonNode | undefined {
  const matches = (object.children ?? []).filter((property) => property.children?.[0]?.value === key);
  if (matches.length > 1) {
    throw new PortalError('protocol', `${what} lists the field "${key}" twice; it cannot be edited without loss.`);
  }
  return matches[0]?.children?.[1];
}

/** The text of one node of the tree, byte for byte. */
export const textOf = (text: string, node: JsonNode): string => text.slice(node.offset, node.offset + node.length);

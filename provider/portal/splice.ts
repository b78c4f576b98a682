import type { JsonNode } from './json-text';

/*
 * Edits of JSON text that touch no byte but those of the edited member and its comma. jsonc-parser's own `modify` is not used: when it
 * removes an array's last element it guesses at the blanks behind it and can take a neighbour's bytes along.
 */

/** `text` with one node's text replaced by `value`. */
export function replaceValue(text: string, node: JsonNode, value: unknown): string {
  return cut(text, node.offset, node.offset + node.length, JSON.stringify(value));
}

/** `text` with a member added at the end of an object, or an element (without `key`) at the end of an array. */
export function append(text: string, container: JsonNode, value: unknown, key?: string): string {
  const added = key === undefined ? JSON.stringify(value) : `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  const last = container.children?.at(-1);
  if (last === undefined) return cut(text, container.offset + 1, container.offset + 1, added);
  const end = last.offset + last.length;
  return cut(text, end, end, `,${added}`);
}

/** `text` without one child of an object or array, and without the comma that set it apart. */
export function remove(text: string, container: JsonNode, index: number): string {
  const children = container.children ?? [];
  const child = children[index];
  if (child === undefined) return text;
  const previous = children[index - 1];
  const next = children[index + 1];
  const end = child.offset + child.length;
  if (previous !== undefined) return cut(text, previous.offset + previous.length, end, '');
  return cut(text, child.offset, next === undefined ? end : next.offset, '');
}

function cut(text: string, from: number, to: number, put: string): string {
  return text.slice(0, from) + put + text.slice(to);
}

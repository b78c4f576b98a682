/** A parsed element: text, or its children by name; lists keep theirs under `item`. */
export type XmlNode = string | { readonly [name: string]: XmlNode } | readonly XmlNode[];

function child(node: XmlNode | undefined, path: string): XmlNode | undefined {
  let current = node;
  for (const name of path.split('.')) {
    current = typeof current === 'object' && !isList(current) ? current[name] : undefined;
  }
  return current;
}

function isList(node: XmlNode): node is readonly XmlNode[] {
  return Array.isArray(node);
}

/** The text at a path of names; undefined when there is none. */
export function text(node: XmlNode | undefined, path: string): string | undefined {
  const found = child(node, path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The items of the list at a path; empty when there is none. */
export function items(node: XmlNode | undefined, path: string): readonly XmlNode[] {
  const found = child(node, `${path}.item`);
  return found !== undefined && typeof found === 'object' && isList(found) ? found : [];
}

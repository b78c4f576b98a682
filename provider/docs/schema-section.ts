import type { Attributes } from '../framework/schema/attribute';
import type { Block, Blocks } from '../framework/schema/block';
import type { Schema } from '../framework/schema/schema';
import { attributeLabel, blockLabel } from './type-label';

/** The `## Schema` section of a page: what is required, optional and read-only, then each nested object in a section of its own. */
export function schemaSection(schema: Schema): string {
  const { groups, nested } = describe(schema, []);
  const sections = groups.map(({ title, lines }) => `### ${title}\n\n${lines.join('\n')}`);
  return ['## Schema', ...sections, ...nested.flatMap(nestedSections)].join('\n\n');
}

interface Group {
  readonly title: 'Required' | 'Optional' | 'Read-Only';
  readonly lines: readonly string[];
}

interface Nested {
  readonly anchor: string;
  readonly path: readonly string[];
  readonly body: Body;
}

type Body = Pick<Block, 'attributes' | 'blocks'>;

/** Under the title of its page or section, everything that an object holds, by name. */
function describe(body: Body, path: readonly string[]): { groups: Group[]; nested: Nested[] } {
  const lines: Record<Group['title'], [name: string, line: string][]> = { Required: [], Optional: [], 'Read-Only': [] };
  const nested: Nested[] = [];
  const below = (kind: 'nestedatt' | 'nestedblock', name: string, inner: Body): string => {
    const anchor = `${kind}--${[...path, name].join('--')}`;
    nested.push({ anchor, path: [...path, name], body: inner });
    return ` (see [below for nested schema](#${anchor}))`;
  };
  for (const [name, attribute] of sorted<Attributes[string]>(body.attributes)) {
    const title = TITLE[attribute.presence];
    const see = attribute.nested === null ? '' : below('nestedatt', name, { ...attribute.nested, blocks: {} });
    lines[title].push([name, item(name, attributeLabel(attribute), attribute) + see]);
  }
  for (const [name, block] of sorted<Blocks[string]>(body.blocks)) {
    const title = block.minItems > 0 ? 'Required' : 'Optional';
    lines[title].push([name, item(name, blockLabel(block), block) + below('nestedblock', name, block)]);
  }
  const titles = ['Required', 'Optional', 'Read-Only'] as const;
  return {
    groups: titles
      .filter((title) => lines[title].length > 0)
      .map((title) => ({ title, lines: lines[title].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line) })),
    nested,
  };
}

const TITLE = {
  required: 'Required',
  optional: 'Optional',
  'optional+computed': 'Optional',
  computed: 'Read-Only',
} as const;

function nestedSections({ anchor, path, body }: Nested): string[] {
  const { groups, nested } = describe(body, path);
  const head = `<a id="${anchor}"></a>\n### Nested Schema for \`${path.join('.')}\``;
  return [
    head,
    ...groups.map(({ title, lines }) => `${title}:\n\n${lines.join('\n')}`),
    ...nested.flatMap(nestedSections),
  ];
}

/** One line of a list; what follows a blank line in the description stays in the item. */
function item(
  name: string,
  label: string,
  { description, deprecated }: { description: string; deprecated: string | null },
): string {
  const text = deprecated === null ? description : `${description} **Deprecated:** ${deprecated}`;
  return `- \`${name}\` (${label}) ${text.trim().replaceAll('\n', '\n  ').replaceAll('\n  \n', '\n\n')}`;
}

function sorted<T>(named: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1));
}

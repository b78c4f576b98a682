import type { Schema } from '../framework/schema/schema';
import { schemaSection } from './schema-section';

export interface DocumentedProvider {
  /** As in `required_providers`, without namespace: `tg`. */
  readonly name: string;
  readonly schema: Schema;
  /** By full name, `tg_node_interface`. */
  readonly resources: Readonly<Record<string, { readonly schema: Schema }>>;
}

/** The example files of a folder below examples/, each with its text, in the order of their names; none when there is no such folder. */
export type Examples = (folder: string) => readonly { readonly name: string; readonly text: string }[];

/** Every page of the provider's documentation in the layout of the Terraform registry, by its path below docs/. */
export function renderPages(provider: DocumentedProvider, examples: Examples): Map<string, string> {
  const pages = new Map<string, string>();
  pages.set('index.md', indexPage(provider, examples));
  for (const [name, { schema }] of Object.entries(provider.resources)) {
    const file = name.startsWith(`${provider.name}_`) ? name.slice(provider.name.length + 1) : name;
    pages.set(`resources/${file}.md`, resourcePage(provider.name, name, schema, examples(`resources/${name}`)));
  }
  return pages;
}

function indexPage({ name, schema }: DocumentedProvider, examples: Examples): string {
  return page([
    frontMatter(`${name} Provider`, schema.description),
    `# ${name} Provider`,
    schema.description.trim(),
    ...usage(examples('provider')),
    schemaSection(schema),
  ]);
}

function resourcePage(provider: string, name: string, schema: Schema, examples: ReturnType<Examples>): string {
  return page([
    frontMatter(`${name} Resource - ${provider}`, schema.description),
    `# ${name} (Resource)`,
    schema.description.trim(),
    ...(schema.deprecated === null ? [] : [`~> **Deprecated:** ${schema.deprecated}`]),
    ...usage(examples),
    schemaSection(schema),
    ...importSection(examples),
  ]);
}

/** The main example first, the others after it. */
function usage(examples: ReturnType<Examples>): string[] {
  const files = examples.filter(({ name }) => name.endsWith('.tf') && !name.startsWith('import'));
  const main = files.filter(({ name }) => name === 'resource.tf' || name === 'provider.tf');
  const rest = files.filter((file) => !main.includes(file));
  const blocks = [...main, ...rest].map(({ text }) => fence('terraform', text));
  return blocks.length === 0 ? [] : ['## Example Usage', ...blocks];
}

function importSection(examples: ReturnType<Examples>): string[] {
  const block = examples.find(({ name }) => name === 'import-by-string-id.tf');
  const command = examples.find(({ name }) => name === 'import.sh');
  if (block === undefined && command === undefined) return [];
  return [
    '## Import',
    ...(block === undefined
      ? []
      : [
          'In Terraform v1.5.0 and later, an [`import` block](https://developer.hashicorp.com/terraform/language/import) does it:',
          fence('terraform', block.text),
        ]),
    ...(command === undefined
      ? []
      : [
          'The [`terraform import` command](https://developer.hashicorp.com/terraform/cli/commands/import) does it too:',
          fence('shell', command.text),
        ]),
  ];
}

/** `description` becomes the one-line summary that the registry shows in listings and searches. */
function frontMatter(title: string, description: string): string {
  const summary = description.trim().split('\n\n')[0]?.replaceAll('\n', ' ') ?? '';
  return [
    '---',
    `page_title: ${JSON.stringify(title)}`,
    'subcategory: ""',
    'description: |-',
    `  ${summary}`,
    '---',
  ].join('\n');
}

const fence = (language: string, text: string): string => `\`\`\`${language}\n${text.trim()}\n\`\`\``;

const page = (parts: readonly string[]): string => `${parts.join('\n\n')}\n`;

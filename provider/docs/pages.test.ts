import { mapAttribute, stringAttribute, listAttribute, integerAttribute } from '../framework/schema/attributes';
import { groupBlock, listBlock, singleBlock } from '../framework/schema/blocks';
import { listNested, setNested } from '../framework/schema/nested-attributes';
import { defineSchema } from '../framework/schema/schema';
import { timeouts } from '../framework/schema/timeouts';
import type { Examples } from './pages';
import { renderPages } from './pages';

const provider = defineSchema({
  description: 'Speaks to things.\n\nThings are good.',
  attributes: {
    key: stringAttribute({ presence: 'optional', sensitive: true, description: 'The key.' }),
  },
});

const thing = defineSchema({
  description: 'One thing. It is\nuseful.\n\nAnd more.',
  deprecated: 'Use `sample_other`.',
  attributes: {
    name: stringAttribute({ presence: 'required', description: 'Its name.' }),
    tags: mapAttribute({ presence: 'optional', element: 'string', description: 'Tags.\n\nNo secrets.' }),
    size: integerAttribute({ presence: 'optional+computed', description: 'Its size.', deprecated: 'Use `sizes`.' }),
    sizes: listAttribute({ presence: 'optional', element: 'number', description: 'Its sizes.' }),
    token: stringAttribute({ presence: 'optional', writeOnly: true, description: 'A token.' }),
    id: stringAttribute({ presence: 'computed', description: 'Made by the server.' }),
    routes: listNested({
      presence: 'optional',
      description: 'Routes.',
      attributes: {
        next: stringAttribute({ presence: 'required', description: 'The next hop.' }),
        hops: setNested({
          presence: 'computed',
          description: 'What was found.',
          attributes: { at: stringAttribute({ presence: 'computed', description: 'Where.' }) },
        }),
      },
    }),
    timeouts: timeouts({ create: '2m' }),
  },
  blocks: {
    rule: listBlock({
      description: 'Rules.',
      minItems: 1,
      maxItems: 3,
      attributes: { port: integerAttribute({ presence: 'required', description: 'A port.' }) },
      blocks: { log: singleBlock({ description: 'Logging.' }) },
    }),
    other: groupBlock({ description: 'Others.', deprecated: 'Gone soon.' }),
  },
});

const files: Record<string, { name: string; text: string }[]> = {
  provider: [{ name: 'provider.tf', text: 'provider "sample" {}\n' }],
  'resources/sample_thing': [
    { name: 'README.md', text: 'not shown' },
    { name: 'cluster.tf', text: 'second\n' },
    { name: 'import-by-string-id.tf', text: 'import {}\n' },
    { name: 'import.sh', text: 'terraform import sample_thing.a a/b\n' },
    { name: 'resource.tf', text: 'first\n' },
  ],
};
const examples: Examples = (folder) => files[folder] ?? [];
const pages = renderPages(
  { name: 'sample', schema: provider, resources: { sample_thing: { schema: thing } } },
  examples,
);

test('pages lie where the registry looks for them', () => {
  expect([...pages.keys()]).toEqual(['index.md', 'resources/thing.md']);
});

test('the provider has its page', () => {
  expect(pages.get('index.md')).toBe(`---
page_title: "sample Provider"
subcategory: ""
description: |-
  Speaks to things.
---

# sample Provider

Speaks to things.

Things are good.

## Example Usage

\`\`\`terraform
provider "sample" {}
\`\`\`

## Schema

### Optional

- \`key\` (String, Sensitive) The key.
`);
});

test('a resource has its page', () => {
  expect(pages.get('resources/thing.md')).toBe(`---
page_title: "sample_thing Resource - sample"
subcategory: ""
description: |-
  One thing. It is useful.
---

# sample_thing (Resource)

One thing. It is
useful.

And more.

~> **Deprecated:** Use \`sample_other\`.

## Example Usage

\`\`\`terraform
first
\`\`\`

\`\`\`terraform
second
\`\`\`

## Schema

### Required

- \`name\` (String) Its name.
- \`rule\` (Block List, Min: 1, Max: 3) Rules. (see [below for nested schema](#nestedblock--rule))

### Optional

- \`other\` (Block, Deprecated) Others. **Deprecated:** Gone soon. (see [below for nested schema](#nestedblock--other))
- \`routes\` (Attributes List) Routes. (see [below for nested schema](#nestedatt--routes))
- \`size\` (Number, Deprecated) Its size. **Deprecated:** Use \`sizes\`.
- \`sizes\` (List of Number) Its sizes.
- \`tags\` (Map of String) Tags.

  No secrets.
- \`timeouts\` (Attributes) How long each operation may take before it is given up. (see [below for nested schema](#nestedatt--timeouts))
- \`token\` (String, Write-only) A token.

### Read-Only

- \`id\` (String) Made by the server.

<a id="nestedatt--routes"></a>
### Nested Schema for \`routes\`

Required:

- \`next\` (String) The next hop.

Read-Only:

- \`hops\` (Attributes Set) What was found. (see [below for nested schema](#nestedatt--routes--hops))

<a id="nestedatt--routes--hops"></a>
### Nested Schema for \`routes.hops\`

Read-Only:

- \`at\` (String) Where.

<a id="nestedatt--timeouts"></a>
### Nested Schema for \`timeouts\`

Optional:

- \`create\` (String) How long creation may take, as a duration such as \`30s\` or \`2h45m\`. Default: \`2m\`.

<a id="nestedblock--other"></a>
### Nested Schema for \`other\`

<a id="nestedblock--rule"></a>
### Nested Schema for \`rule\`

Required:

- \`port\` (Number) A port.

Optional:

- \`log\` (Block) Logging. (see [below for nested schema](#nestedblock--rule--log))

<a id="nestedblock--rule--log"></a>
### Nested Schema for \`rule.log\`

## Import

In Terraform v1.5.0 and later, an [\`import\` block](https://developer.hashicorp.com/terraform/language/import) does it:

\`\`\`terraform
import {}
\`\`\`

The [\`terraform import\` command](https://developer.hashicorp.com/terraform/cli/commands/import) does it too:

\`\`\`shell
terraform import sample_thing.a a/b
\`\`\`
`);
});

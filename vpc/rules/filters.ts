import { refuse } from './refusal';
import type { Tags, VpcState } from './state';

/** One filter of a Describe: a resource passes when one of the values fits. `*` and `?` are wildcards. */
export interface Filter {
  name: string;
  values: readonly string[];
}

/** Filter name → the values a resource has under it. */
export type FilterTable<T> = Readonly<Record<string, (resource: T, state: VpcState) => readonly string[]>>;

/** Whether `value` fits a pattern with `*` (any run) and `?` (any one character). */
export function matchesWildcard(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  return new RegExp(`^${source}$`).test(value);
}

/** The resources that pass all filters, in order. Refuses a filter that is not in the table, as AWS does. */
export function applyFilters<T extends { readonly tags: Tags }>(
  state: VpcState,
  resources: readonly T[],
  filters: readonly Filter[],
  table: FilterTable<T>,
): T[] {
  const tests = filters.map(({ name, values }) => {
    const read = readerOf(name, table);
    return (resource: T) => read(resource, state).some((have) => values.some((want) => matchesWildcard(want, have)));
  });
  return resources.filter((resource) => tests.every((test) => test(resource)));
}

function readerOf<T extends { readonly tags: Tags }>(
  name: string,
  table: FilterTable<T>,
): (resource: T, state: VpcState) => readonly string[] {
  if (name === 'tag-key') return (resource) => Object.keys(resource.tags);
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (resource) => Object.entries(resource.tags).flatMap(([tag, value]) => (tag === key ? [value] : []));
  }
  const reader = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!reader) throw refuse.filterUnknown(name);
  return reader;
}

import { filtersOf, tagsOf } from '../query/request-parts';
import { applyFilters, type FilterTable } from '../rules/filters';
import { refuse } from '../rules/refusal';
import type { Tags } from '../rules/state';
import { kindOf, retag, taggedResources, type TaggedKind } from '../rules/tags';
import { arn, changing, DONE, reading, type Action } from './action';

const taggedArns: NonNullable<Action['resources']> = (params, state) =>
  params.list('ResourceId').map((id) => arn(state, kindOf(id) ?? '*', id));

export const CreateTags = changing({ resources: taggedArns }, (state, params) => {
  const ids = params.list('ResourceId');
  const tags = tagsOf(params);
  if (ids.length === 0) throw refuse.missing('ResourceId');
  return { ...retag(state, ids, (old) => ({ ...old, ...tags })), body: DONE };
});

export const DeleteTags = changing({ resources: taggedArns }, (state, params) => {
  const ids = params.list('ResourceId');
  const gone = params.structs('Tag').map((tag) => ({ key: tag.string('Key'), value: tag.optional('Value') }));
  if (ids.length === 0) throw refuse.missing('ResourceId');
  const keep = ([key, value]: [string, string]) =>
    !gone.some((one) => one.key === key && (one.value === undefined || one.value === value));
  const all = gone.length === 0;
  return {
    ...retag(state, ids, (old) => (all ? {} : Object.fromEntries(Object.entries(old).filter(keep)))),
    body: DONE,
  };
});

interface TagEntry {
  id: string;
  kind: TaggedKind;
  key: string;
  value: string;
  readonly tags: Tags;
}

const TAG_FILTERS: FilterTable<TagEntry> = {
  'resource-id': (entry) => [entry.id],
  'resource-type': (entry) => [entry.kind],
  key: (entry) => [entry.key],
  value: (entry) => [entry.value],
};

export const DescribeTags = reading((state, params) => {
  const entries = taggedResources(state).flatMap(({ id, kind, tags }) =>
    Object.entries(tags).map(([key, value]): TagEntry => ({ id, kind, key, value, tags: { [key]: value } })),
  );
  const found = applyFilters(state, entries, filtersOf(params), TAG_FILTERS);
  return {
    tagSet: found.map(({ id, kind, key, value }) => ({ resourceId: id, resourceType: kind, key, value })),
  };
});

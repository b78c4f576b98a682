import { refuse } from './refusal';
import { put, type Tags, type VpcState } from './state';

/** A kind of resource, as DescribeTags names it. */
export type TaggedKind = 'vpc' | 'subnet' | 'network-interface' | 'instance' | 'elastic-ip';

const KINDS: readonly [RegExp, TaggedKind, keyof VpcState & ('vpcs' | 'subnets' | 'enis' | 'instances' | 'eips')][] = [
  [/^vpc-/, 'vpc', 'vpcs'],
  [/^subnet-/, 'subnet', 'subnets'],
  [/^eni-/, 'network-interface', 'enis'],
  [/^i-/, 'instance', 'instances'],
  [/^eipalloc-/, 'elastic-ip', 'eips'],
];

/** The kind of resource that an id names; undefined for one that is not known here. */
export function kindOf(id: string): TaggedKind | undefined {
  return KINDS.find(([pattern]) => pattern.test(id))?.[1];
}

/** Every tagged resource. */
export function taggedResources(state: VpcState): { id: string; kind: TaggedKind; tags: Tags }[] {
  return KINDS.flatMap(([, kind, map]) => [...state[map]].map(([id, { tags }]) => ({ id, kind, tags })));
}

/** CreateTags and DeleteTags: `change` makes the new tags of each of the resources. All or nothing. */
export function retag(state: VpcState, ids: readonly string[], change: (tags: Tags) => Tags): { state: VpcState } {
  let after = state;
  for (const id of ids) after = retagOne(after, id, change);
  return { state: after };
}

function retagOne(state: VpcState, id: string, change: (tags: Tags) => Tags): VpcState {
  const map = KINDS.find(([pattern]) => pattern.test(id))?.[2];
  const resource = map && state[map].get(id);
  if (!map || !resource) throw refuse.resourceMissing(id);
  const tags = change(resource.tags);
  return { ...state, [map]: put<{ readonly tags: Tags }>(state[map], id, { ...resource, tags }) };
}

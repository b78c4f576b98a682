import type { VpcState } from '../rules/state';

/** What of a state tells which VPC a resource is in. */
export type KnownPlaces = Pick<VpcState, 'vpcs' | 'subnets' | 'instances' | 'enis'>;

const ID = /\b(?:vpc|subnet|eni|i)-(?:[0-9a-f]{17}|[0-9a-f]{8})\b/g;

/** Ids of VPCs, subnets, ENIs and instances in the text of a request. */
export function idsIn(request: string): readonly string[] {
  return request.match(ID) ?? [];
}

/** The VPC that every resource named in a request is in; null when it names none, several, or one that is not known. */
export function scopeOf(request: string, known: KnownPlaces): string | null {
  const places = new Set(idsIn(request).map((id) => placeOf(id, known)));
  const [only] = places;
  return places.size === 1 && only !== undefined ? only : null;
}

function placeOf(id: string, { vpcs, subnets, instances, enis }: KnownPlaces): string | undefined {
  if (vpcs.has(id)) return id;
  const vpcId = (subnets.get(id) ?? instances.get(id) ?? enis.get(id))?.vpcId;
  return vpcId === '' ? undefined : vpcId; // a terminated instance is nowhere
}

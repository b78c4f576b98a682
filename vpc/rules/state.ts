/** Key → value, as AWS keeps tags. */
export type Tags = Readonly<Record<string, string>>;

export interface Vpc {
  readonly vpcId: string;
  readonly cidr: string;
  readonly tags: Tags;
}

export interface Subnet {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly availabilityZone: string;
  readonly tags: Tags;
}

/** What ties an ENI to an instance. */
export interface Attachment {
  readonly attachmentId: string;
  readonly instanceId: string;
  readonly deviceIndex: number;
  readonly deleteOnTermination: boolean;
  /** RFC 3339. */
  readonly attachTime: string;
}

export interface Eni {
  readonly eniId: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly mac: string;
  readonly description: string;
  readonly sourceDestCheck: boolean;
  readonly primary: string;
  /** In the order of their assignment. */
  readonly secondary: readonly string[];
  /** Ids of security groups. */
  readonly groups: readonly string[];
  readonly attachment: Attachment | null;
  readonly tags: Tags;
}

export type InstanceState = 'running' | 'stopped' | 'terminated';

export interface Instance {
  readonly instanceId: string;
  readonly reservationId: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly state: InstanceState;
  readonly subnetId: string;
  readonly vpcId: string;
  /** Name of the role whose credentials its metadata hands out. */
  readonly role: string;
  /** RFC 3339. */
  readonly launchTime: string;
  readonly tags: Tags;
}

/** The private address that an Elastic IP leads to. */
export interface EipAssociation {
  readonly associationId: string;
  readonly eniId: string;
  readonly privateIp: string;
}

export interface Eip {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly association: EipAssociation | null;
  readonly tags: Tags;
}

/** Everything the rules look at. A value: a change makes a new state. */
export interface VpcState {
  readonly region: string;
  readonly account: string;
  /** Start value of the ids, and how many were handed out. */
  readonly seed: number;
  readonly issued: number;
  readonly vpcs: ReadonlyMap<string, Vpc>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly enis: ReadonlyMap<string, Eni>;
  readonly instances: ReadonlyMap<string, Instance>;
  readonly eips: ReadonlyMap<string, Eip>;
}

export function emptyState(region: string, account: string, seed: number): VpcState {
  return {
    region,
    account,
    seed,
    issued: 0,
    vpcs: new Map(),
    subnets: new Map(),
    enis: new Map(),
    instances: new Map(),
    eips: new Map(),
  };
}

/** The map with `key` set; a key that is there keeps its place. */
export function put<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value);
}

/** The map without `key`. */
export function drop<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

/** The state with one ENI replaced or added. */
export function withEni(state: VpcState, eni: Eni): VpcState {
  return { ...state, enis: put(state.enis, eni.eniId, eni) };
}

/** Primary first, then the secondaries. */
export function addressesOf(eni: Eni): readonly string[] {
  return [eni.primary, ...eni.secondary];
}

/** ENIs of a subnet. */
export function enisOfSubnet(state: VpcState, subnetId: string): Eni[] {
  return [...state.enis.values()].filter((eni) => eni.subnetId === subnetId);
}

/** ENIs attached to an instance, by device index. */
export function enisOfInstance(state: VpcState, instanceId: string): Eni[] {
  return [...state.enis.values()]
    .filter((eni) => eni.attachment?.instanceId === instanceId)
    .sort((a, b) => (a.attachment?.deviceIndex ?? 0) - (b.attachment?.deviceIndex ?? 0));
}

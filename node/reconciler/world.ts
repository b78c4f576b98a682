import type { Problem } from '@tg/api';
import { claimKey, type Claim, type Trouble } from './claim';
import type { BoundAddress, EniView } from './ports';
import type { Duty } from './duty';
import type { Desired, NicContext, Role, Timing } from './types';

/** What is known of one ENI as a whole. */
export interface EniState {
  readonly eniId: string;
  view: EniView | null;
  /** When the last look began. */
  lookedAt: number | null;
  /** When the last look that was answered, and not crossed by a mutation, began. */
  seenAt: number | null;
  /** When the next look is due if nothing else asks for one. */
  lookAt: number;
  /** A look that begins from now on was asked for; one under way does not do. */
  lookAgain: boolean;
  /** Goes up when a mutation begins or ends: a look across such a moment may show either side of it. */
  mutations: number;
  trouble: Trouble | null;
}

/** What is known of the operating system's addresses. */
export interface OsState {
  readonly dryRun: boolean;
  /** The last listing; null before the first. */
  bound: readonly BoundAddress[] | null;
  listAt: number;
  refreshAt: number;
  /** Goes up when a bind or unbind ends: a listing across such a moment is repeated. */
  changes: number;
  /** `device|address` bound by us since a listing could show it, with `changes` at that time. */
  assumed: Map<string, number>;
  /** `device|address` unbound by us since the last listing. */
  unbound: Set<string>;
  trouble: Trouble | null;
}

/** Everything the plan is made from. The plan only reads it; `learn.ts` and the reconciler write it. */
export interface World {
  duty: Duty;
  /** What follows from `duty`; see `ROLES`. */
  role: Role | 'undecided' | 'suspended';
  /** Goes up with each change of the duty: what was asked before it says little about now. */
  epoch: number;
  /** All wanted addresses were held in this duty once: from then on nothing lost is taken back from a member. */
  heldAll: boolean;
  /** Whether EC2 answers; null: not asked yet. */
  ec2: boolean | null;
  /** How often to look at each ENI; null: the rhythm of `timing`. */
  lookEvery: number | null;
  desired: Desired | null;
  nics: readonly NicContext[];
  members: ReadonlySet<string>;
  claims: Map<string, Claim>;
  enis: Map<string, EniState>;
  os: OsState;
  ledgerTrouble: Trouble | null;
  /** When the save of the ledger that is under way began. */
  savingSince: number | null;
  /** NICs that are wanted but not known, by name. */
  unknownNics: Map<string, Problem>;
  /** What a step in flight occupies; see `slotsOf`. */
  busy: Set<string>;
  stopping: boolean;
  readonly timing: Timing;
}

export const nicNamed = (world: World, nic: string): NicContext | undefined => world.nics.find((n) => n.nic === nic);

export const nicOfEni = (world: World, eniId: string): NicContext | undefined =>
  world.nics.find((n) => n.eniId === eniId);

/** The addresses wanted on a NIC, in the config's order. */
export const wantedOn = (world: World, nic: string): string[] =>
  (world.desired?.addresses ?? []).filter((d) => d.nic === nic).map((d) => d.address);

/** True when the config wants that address on that NIC. */
export const isWantedOn = (world: World, nic: string, address: string): boolean =>
  world.desired?.addresses.some((d) => d.nic === nic && d.address === address) === true;

/** The claims of the addresses wanted on a NIC, as far as it is known. */
export function wantedClaims(world: World, nic: NicContext): Claim[] {
  const claims: Claim[] = [];
  for (const { nic: name, address } of world.desired?.addresses ?? []) {
    const claim = name === nic.nic ? world.claims.get(claimKey(nic.eniId, address)) : undefined;
    if (claim !== undefined) claims.push(claim);
  }
  return claims;
}

/** The least distance between two looks that count as agreeing. */
export const agreeMs = (world: World): number => Math.min(world.timing.agreeMs, world.lookEvery ?? Infinity);

/** True when another node could be holding our addresses; alone there is nobody to take over from. */
export function hasPeers(world: World): boolean {
  const own = new Set(world.nics.map((nic) => nic.eniId));
  return [...world.members].some((eniId) => !own.has(eniId));
}

/** Whether the operating system was last seen to have this address bound on this device as we bind it. */
export function isBound(world: World, address: string, device: string): boolean {
  if (world.os.dryRun) return world.os.assumed.has(`${device}|${address}`);
  return (world.os.bound ?? []).some((b) => b.address === address && b.device === device && b.prefixLength === 32);
}

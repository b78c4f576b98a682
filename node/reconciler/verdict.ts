import type { InterfaceStatus, Problem } from '@tg/api';
import type { Claim } from './claim';
import { isOffEni } from './housekeep';
import { isOffOs } from './plan-os';
import { isUp, isWanted } from './wants';
import { isBound, nicNamed, nicOfEni, wantedClaims, wantedOn, type World } from './world';

/** How one NIC stands against what is wanted of it. */
export interface Verdict {
  nic: string;
  state: 'applied' | 'pending' | 'failing' | 'refused';
  /** The wanted address; the refused one when `refused`; the first of several. */
  address: string | null;
  problem: Problem | null;
  /** Claims that are neither wanted on this NIC nor gone from it yet. */
  left: readonly Claim[];
}

/** Every NIC that is known, wanted, or still has something of ours. */
export function nicNames(world: World): string[] {
  const names = new Set<string>();
  for (const { nic } of world.nics) names.add(nic);
  for (const { nic } of world.desired?.addresses ?? []) names.add(nic);
  for (const { nic } of world.claims.values()) names.add(nic);
  return [...names];
}

export function judge(world: World, nic: string): Verdict {
  const known = nicNamed(world, nic);
  const wanted = wantedOn(world, nic);
  const claims = known === undefined ? [] : wantedClaims(world, known);
  const left: Claim[] = [];
  for (const claim of world.claims.values()) {
    if (claim.nic !== nic || claim.away !== null || isWanted(world, claim)) continue;
    if (!(isOffEni(claim) && isOffOs(world, claim))) left.push(claim);
  }
  const base = { nic, address: wanted[0] ?? null, left };

  const refused = claims.find((claim) => claim.refused !== null);
  if (refused !== undefined) return { ...base, state: 'refused', address: refused.address, problem: refused.refused };
  const problem = worst(world, nic, claims, left);
  const known_ = known !== undefined || wanted.length === 0;
  const inPlace = known_ && claims.length === wanted.length && claims.every((claim) => isInPlace(world, claim));
  const isDecided = world.desired !== null && (world.role === 'active' || world.role === 'standby');
  if (isDecided && inPlace && left.length === 0) {
    return { ...base, state: 'applied', problem };
  }
  const inForce = claims.some((claim) => claim.proven) || inPlace;
  return { ...base, state: problem !== null && inForce ? 'failing' : 'pending', problem };
}

function isInPlace(world: World, claim: Claim): boolean {
  if (world.role === 'active' && !world.stopping) return isUp(world, claim) && claim.durable === 'confirmed';
  return claim.durable !== 'none' && isOffEni(claim) && isOffOs(world, claim);
}

const hasTrouble = (claim: Claim): boolean => claim.trouble !== null || claim.osTrouble !== null;

function worst(world: World, nic: string, claims: readonly Claim[], left: readonly Claim[]): Problem | null {
  const unknown = world.unknownNics.get(nic);
  if (unknown !== undefined) return unknown;
  const troubled = claims.find(hasTrouble) ?? left.find(hasTrouble);
  const trouble = troubled?.trouble ?? troubled?.osTrouble;
  if (trouble !== null && trouble !== undefined) return trouble.problem;
  if (world.ledgerTrouble !== null && claims.some((claim) => claim.durable !== 'confirmed')) {
    return { ...world.ledgerTrouble.problem, nic };
  }
  const eniId = nicNamed(world, nic)?.eniId;
  const looks = eniId === undefined ? undefined : world.enis.get(eniId)?.trouble?.problem;
  if (looks !== undefined) return looks;
  for (const claim of world.claims.values()) if (claim.nic === nic && claim.away !== null) return claim.away;
  return null;
}

/** The status of one NIC as the config API reports it. */
export function interfaceStatus(world: World, nic: string): InterfaceStatus {
  const { state, address, problem, left } = judge(world, nic);
  const known = nicNamed(world, nic);
  const claims = known === undefined ? [] : wantedClaims(world, known);
  const view = known === undefined ? null : (world.enis.get(known.eniId)?.view ?? null);
  const wanted = wantedOn(world, nic);
  return {
    nic,
    ...(known !== undefined && {
      eniId: known.eniId,
      primaryAddress: known.primary,
      subnetCidr: known.subnetCidr,
    }),
    clusterIP: wanted[0] ?? address,
    eni: wanted.length === 0 ? 'none-wanted' : eniWord(claims, wanted.length),
    os: wanted.length === 0 ? 'none-wanted' : osWord(world, claims, wanted.length),
    state: state === 'refused' ? 'failing' : state,
    releasing: [...new Set(left.map((claim) => claim.address))],
    ...(view !== null && { eniAddresses: [view.primary, ...secondaries(world, view.eniId, view.secondary)] }),
    ...(known !== undefined &&
      world.os.bound !== null && {
        osAddresses: world.os.bound.filter((b) => b.device === known.device).map((b) => b.address),
      }),
    ...(problem !== null && { problem }),
  };
}

function eniWord(claims: readonly Claim[], wanted: number): InterfaceStatus['eni'] {
  if (claims.length < wanted || claims.some((claim) => claim.presence === 'unknown')) return 'unknown';
  return claims.every((claim) => claim.presence === 'on') ? 'assigned' : 'absent';
}

function osWord(world: World, claims: readonly Claim[], wanted: number): InterfaceStatus['os'] {
  if (world.os.dryRun) return 'dry-run';
  if (world.os.bound === null || claims.length < wanted) return 'unknown';
  const bound = claims.every((claim) => {
    const nic = nicOfEni(world, claim.eniId);
    return nic !== undefined && isBound(world, claim.address, nic.device);
  });
  return bound ? 'bound' : 'absent';
}

/** The last view, brought up to date with what EC2 has answered since. */
function secondaries(world: World, eniId: string, seen: readonly string[]): string[] {
  const addresses = new Set(seen);
  for (const claim of world.claims.values()) {
    if (claim.eniId !== eniId) continue;
    if (claim.presence === 'on') addresses.add(claim.address);
    if (claim.presence === 'off') addresses.delete(claim.address);
  }
  return [...addresses];
}

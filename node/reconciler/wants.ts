import { claimKey, keyOf, type Claim } from './claim';
import { isBound, isWantedOn, nicNamed, nicOfEni, wantedClaims, type World } from './world';

/** What is to become of one claim. */
export type Want =
  /** Be on the ENI and bound. */
  | 'hold'
  /** An address that is being replaced: neither assigned nor released until its replacement is up. */
  | 'keep'
  /** An address that is being replaced on a full ENI: off, but remembered, to be put back if its replacement fails. */
  | 'yield'
  /** Standby: in the ledger, but neither on the ENI nor bound. */
  | 'ready'
  /** Not decided yet: nothing. */
  | 'leave'
  /** Recorded for an ENI that is not attached here: unbound here, nothing done to that ENI, kept in the ledger. */
  | 'away'
  /** Off the ENI, unbound, out of the ledger. */
  | 'release';

/** What the config and the role mean for each claim. */
export function wants(world: World): Map<string, Want> {
  const decided = new Map<string, Want>();
  for (const [key, claim] of world.claims) decided.set(key, wantOf(world, claim));
  return decided;
}

/** True when the config wants this address on this very ENI. */
export function isWanted(world: World, claim: Claim): boolean {
  const nic = nicOfEni(world, claim.eniId);
  return nic !== undefined && isWantedOn(world, nic.nic, claim.address);
}

function wantOf(world: World, claim: Claim): Want {
  if (world.desired === null) return 'leave';
  if (world.role === 'suspended' && !world.stopping) return 'leave';
  if (isWanted(world, claim)) {
    if (claim.refused !== null) return 'release';
    if (world.stopping) return 'ready';
    switch (world.role) {
      case 'active':
        return 'hold';
      case 'standby':
        return 'ready';
      case 'undecided':
      case 'suspended':
        return 'leave';
    }
  }
  if (awaitsDiscovery(world, claim)) return 'leave';
  if (nicOfEni(world, claim.eniId) === undefined) return claim.presence === 'off' ? 'release' : 'away';
  if (world.stopping || world.role === 'standby' || claim.retired || claim.refused !== null) return 'release';
  return unwanted(world, claim);
}

/** A wanted address on a NIC whose ENI is not known: that it may be this very claim cannot be ruled out. */
function awaitsDiscovery(world: World, claim: Claim): boolean {
  const unknown = (world.desired?.addresses ?? []).filter((d) => nicNamed(world, d.nic) === undefined);
  return unknown.some((d) => d.nic === claim.nic || d.address === claim.address);
}

function unwanted(world: World, claim: Claim): Want {
  const elsewhere = movesTo(world, claim);
  if (elsewhere?.refused === null) {
    if (world.role === 'undecided') return 'leave';
    if (isUp(world, elsewhere) || !wasInForce(claim)) return 'release';
    return yieldsRoom(world, claim) ? 'yield' : 'keep';
  }
  const nic = nicNamed(world, claim.nic);
  if (nic === undefined) return 'release';
  // It cannot go where it is wanted: it stays where it was, or goes back there, unless its room was taken.
  if (elsewhere !== undefined && wasInForce(claim)) {
    if (world.role === 'undecided') return 'leave';
    if (yieldsRoom(world, claim)) return 'yield';
    return nic.eniId === claim.eniId && !roomIsTaken(world, claim) ? 'hold' : 'keep';
  }
  const replacements = wantedClaims(world, nic);
  if (replacements.length === 0) return 'release';
  if (world.role === 'undecided') return 'leave';
  if (!wasInForce(claim)) return 'release';
  if (replacements.some((r) => r.refused !== null)) return nic.eniId === claim.eniId ? 'hold' : 'keep';
  if (replacements.some((r) => r.makesRoom && r.presence !== 'on')) return 'yield';
  return replacements.every((r) => isUp(world, r)) ? 'release' : 'keep';
}

const wasInForce = (claim: Claim): boolean => claim.recorded === 'confirmed' || claim.proven;

const makersOfRoom = (world: World, claim: Claim): Claim[] =>
  [...world.claims.values()].filter((c) => c.eniId === claim.eniId && c.makesRoom && isWanted(world, c));

const yieldsRoom = (world: World, claim: Claim): boolean =>
  makersOfRoom(world, claim).some((c) => c.presence !== 'on' && c.refused === null);

/** What made this ENI's room has it: taking it back would move addresses to and fro. */
const roomIsTaken = (world: World, claim: Claim): boolean =>
  makersOfRoom(world, claim).some((c) => c.presence === 'on');

/** The claim of the same address on the ENI where the config wants it now. */
function movesTo(world: World, claim: Claim): Claim | undefined {
  for (const { address, nic } of world.desired?.addresses ?? []) {
    const target = nicNamed(world, nic);
    if (address !== claim.address || target === undefined || target.eniId === claim.eniId) continue;
    return world.claims.get(claimKey(target.eniId, address));
  }
  return undefined;
}

/** On its ENI, and bound. */
export function isUp(world: World, claim: Claim): boolean {
  const nic = nicOfEni(world, claim.eniId);
  return claim.presence === 'on' && nic !== undefined && isBound(world, claim.address, nic.device);
}

/**
 * Whether the address may be bound, and its lifetime refreshed. A confirmed address is bound along with the Assign that
 * takes it, and stays bound while EC2 cannot be asked; one that was never ours is bound when EC2 has said yes.
 */
export function mayBind(claim: Claim, want: Want | undefined): boolean {
  if (want === 'keep') return claim.presence === 'on' || (claim.presence === 'unknown' && !claim.elsewhere);
  if (want !== 'hold') return false;
  if (claim.presence === 'on') return claim.attempted || claim.proven || claim.recorded === 'confirmed';
  const givenUp = claim.elsewhere || (claim.presence === 'off' && claim.trouble?.problem.kind === 'ask-a-person');
  return claim.recorded === 'confirmed' && !givenUp;
}

/** Remembers which claims had their turn to be released while this node was active. */
export function retire(world: World, decided: ReadonlyMap<string, Want>): void {
  if (world.role !== 'active') return;
  for (const claim of world.claims.values()) {
    if (decided.get(keyOf(claim)) === 'release' && !isWanted(world, claim)) claim.retired = true;
  }
}

import { claimKey, isKnownOurs, keyOf, newClaim, type Claim } from './claim';
import type { Clock, LedgerEntry } from './ports';
import { isLabelled, isOffOs } from './plan-os';
import { precheck } from './precheck';
import { ledgerSlow, notAttached, unknownNic } from './sentences';
import { LEDGER_SLOT, mutationSlot } from './step';
import { worsen } from './trouble';
import { isWanted, retire, wants, type Want } from './wants';
import { nicNamed, nicOfEni, type World } from './world';

/** Before each plan: brings the claims up to what is wanted, what time has passed and what is done with. */
export function housekeep(world: World, clock: Clock): Map<string, Want> {
  openEnis(world, clock.now());
  noticeSlowLedger(world, clock);
  openClaims(world, clock);
  const decided = wants(world);
  retire(world, decided);
  for (const claim of world.claims.values()) {
    const want = decided.get(keyOf(claim));
    endSuspicion(world, claim, want, clock.now());
    if (want === 'away') {
      const where = { nic: claim.nic, address: claim.address };
      claim.away ??= { ...notAttached(claim.address, claim.eniId, claim.nic), ...where, since: clock.wall() };
    } else claim.away = null;
    if (want === 'release') forgetReleased(world, claim);
  }
  return decided;
}

/**
 * The claims of the ledger we start from. A call of the process before may still be under way at EC2: until
 * `suspectUntil` nothing about them is certain.
 */
export function claimsOfLedger(entries: readonly LedgerEntry[], suspectUntil: number): Map<string, Claim> {
  const claims = new Map<string, Claim>();
  for (const { eniId, address, nic, state } of entries) {
    const claim = newClaim(eniId, address, nic);
    claim.recorded = state;
    claim.durable = state;
    claim.proven = state === 'confirmed';
    claim.attempted = true;
    claim.suspectUntil = suspectUntil;
    claims.set(keyOf(claim), claim);
  }
  return claims;
}

/** Another save meanwhile would hang like this one, or let the older of the two be the last on disk. */
function noticeSlowLedger(world: World, clock: Clock): void {
  const { savingSince, timing } = world;
  if (savingSince === null || world.ledgerTrouble !== null || clock.now() < savingSince + timing.ledgerTimeoutMs)
    return;
  world.ledgerTrouble = worsen(null, ledgerSlow(timing.ledgerTimeoutMs), {}, clock, timing);
}

function openEnis(world: World, now: number): void {
  const known = new Set(world.nics.map((nic) => nic.eniId));
  // One that is not attached here is only looked at, to forget what is gone from it.
  if (world.desired !== null) for (const claim of world.claims.values()) known.add(claim.eniId);
  for (const eniId of known) {
    if (world.enis.has(eniId)) continue;
    world.enis.set(eniId, {
      eniId,
      view: null,
      lookedAt: null,
      seenAt: null,
      lookAt: now,
      lookAgain: false,
      mutations: 0,
      trouble: null,
    });
  }
  for (const eniId of world.enis.keys()) {
    if (!known.has(eniId)) world.enis.delete(eniId);
  }
}

function openClaims(world: World, clock: Clock): void {
  const unknown = new Map(world.unknownNics);
  world.unknownNics.clear();
  for (const { address, nic: name, confirmed, inForce } of world.desired?.addresses ?? []) {
    const nic = nicNamed(world, name);
    if (nic === undefined) {
      const sentence = unknownNic(
        name,
        world.nics.map((n) => n.nic),
      );
      world.unknownNics.set(name, unknown.get(name) ?? { ...sentence, nic: name, address, since: clock.wall() });
      continue;
    }
    const key = claimKey(nic.eniId, address);
    const claim = world.claims.get(key) ?? newClaim(nic.eniId, address, name);
    world.claims.set(key, claim);
    claim.nic = name;
    if (inForce === true) Object.assign(claim, { proven: true, refused: null } satisfies Partial<Claim>);
    if (claim.refused !== null) continue;
    const obstacle = claim.proven ? null : precheck(address, nic);
    if (obstacle !== null) {
      claim.refused = { ...obstacle, nic: name, address, since: clock.wall() };
      continue;
    }
    if (confirmed === true && claim.recorded !== 'confirmed') {
      claim.recorded = 'confirmed';
      claim.proven = true;
    }
    if (world.role === 'undecided') continue;
    if (world.duty === 'resume' && !world.heldAll && (claim.proven || claim.recorded === 'confirmed')) {
      claim.claimed = true;
    }
    if (!isKnownOurs(claim) && !claim.lookedFree && !isLabelled(world, claim)) {
      // Not even the intent is written before: after a crash it would make somebody else's address look like ours.
      claim.lookFrom ??= clock.now();
    } else if (claim.recorded === 'none') claim.recorded = 'intent';
  }
}

/** A given-up mutation can no longer take effect. What was released meanwhile is taken off once more, for certain. */
function endSuspicion(world: World, claim: Claim, want: Want | undefined, now: number): void {
  if (claim.suspectUntil === null || claim.suspectUntil > now || world.role === 'suspended') return;
  const isLate = want === 'release' || (want === 'ready' && claim.lateAssign !== null);
  claim.suspectUntil = null;
  claim.lateAssign = null;
  if (isLate && claim.attempted && nicOfEni(world, claim.eniId) !== undefined) claim.finalCheck = true;
}

/** Off the ENI, and no answer under way that could change that. */
export const isOffEni = (claim: Claim): boolean => claim.presence === 'off' || !claim.attempted;

/** Off the ENI, unbound, and nothing under way that could change that. */
export const isReleased = (world: World, claim: Claim): boolean =>
  (claim.away !== null || isOffEni(claim)) &&
  isOffOs(world, claim) &&
  !claim.finalCheck &&
  !world.busy.has(mutationSlot(claim.eniId, claim.address));

function forgetReleased(world: World, claim: Claim): void {
  // No ledger makes the primary address ours.
  const isPrimary = world.nics.some((nic) => nic.eniId === claim.eniId && nic.primary === claim.address);
  if (!isPrimary) {
    if (!isOffEni(claim) || !isOffOs(world, claim)) return;
    if (claim.suspectUntil !== null || claim.finalCheck) return;
  }
  if (world.busy.has(mutationSlot(claim.eniId, claim.address))) return;
  claim.recorded = 'none';
  // A save under way may be writing it just now: then it has to be written out again before it is forgotten.
  const written = claim.durable !== 'none' || world.busy.has(LEDGER_SLOT);
  if (!written && !isWanted(world, claim)) world.claims.delete(keyOf(claim));
}

import { claimKey, type Claim } from './claim';
import type { HolderFacts } from './holder';
import { isReleased } from './housekeep';
import { nicNamed, nicOfEni, type World } from './world';

/** What a cluster may know of the world at `now`. */
export function holderFacts(world: World, now: number): HolderFacts {
  let taken = false;
  let assigning = false;
  for (const claim of world.claims.values()) {
    taken ||= claim.taken;
    assigning ||= isAssigning(claim, now);
  }
  return {
    wanted: world.desired?.addresses.length ?? 0,
    held: held(world, now),
    released:
      world.role === 'standby' && !assigning && [...world.claims.values()].every((claim) => isReleased(world, claim)),
    taken,
    assigning,
    ec2: world.ec2,
    lookedAt: lookedAt(world),
  };
}

export const sameFacts = (a: HolderFacts, b: HolderFacts): boolean =>
  a.wanted === b.wanted &&
  a.held === b.held &&
  a.released === b.released &&
  a.taken === b.taken &&
  a.assigning === b.assigning &&
  a.ec2 === b.ec2 &&
  a.lookedAt === b.lookedAt;

/** The ENIs whose state decides: those with a claim, or all of this node's when there is none. */
export function concernedEnis(world: World): string[] {
  const enis = new Set<string>();
  for (const claim of world.claims.values()) {
    if (nicOfEni(world, claim.eniId) !== undefined) enis.add(claim.eniId);
  }
  return enis.size > 0 ? [...enis] : world.nics.map((nic) => nic.eniId);
}

/** Every wanted address, refused ones aside, as EC2 has spoken of it in this duty. */
export function held(world: World, now: number): HolderFacts['held'] {
  let on = 0;
  let off = 0;
  let unknown = 0;
  for (const { address, nic: name } of world.desired?.addresses ?? []) {
    const nic = nicNamed(world, name);
    const claim = nic === undefined ? undefined : world.claims.get(claimKey(nic.eniId, address));
    if (claim === undefined) unknown += 1;
    else if (claim.refused !== null) continue;
    else if (isSurelyOn(claim)) on += 1;
    else if (claim.presence === 'off' && !isAssigning(claim, now)) off += 1;
    else unknown += 1;
  }
  if (unknown > 0) return 'unknown';
  if (off === 0) return 'all';
  return on === 0 ? 'none' : 'some';
}

/** One look is enough to go on holding: nothing is taken from anybody by it. */
const isSurelyOn = (claim: Claim): boolean =>
  claim.sure && (claim.presence === 'on' || (claim.presence === 'unknown' && claim.doubt?.seen === true));

const isAssigning = (claim: Claim, now: number): boolean =>
  claim.assigns > 0 || (claim.lateAssign !== null && claim.lateAssign > now);

function lookedAt(world: World): number | null {
  let oldest: number | null = null;
  for (const eniId of concernedEnis(world)) {
    const seenAt = world.enis.get(eniId)?.seenAt ?? null;
    if (seenAt === null) return null;
    oldest = oldest === null ? seenAt : Math.min(oldest, seenAt);
  }
  return oldest;
}

import { isWanted } from './wants';
import type { Claim } from './claim';
import type { Role } from './types';
import type { World } from './world';

/**
 * What this node is to do about the wanted addresses.
 *
 * - `undecided`: nothing yet.
 * - `take`: hold them, and take them from other members first.
 * - `resume`: hold them, as far as no other member does.
 * - `release`: stand by, having given them up.
 * - `moved`: stand by, another member having taken them.
 * - `suspended`: neither renew nor change anything until it is known who holds them.
 */
export type Duty = 'undecided' | 'take' | 'resume' | 'release' | 'moved' | 'suspended';

export const ROLES = {
  undecided: 'undecided',
  take: 'active',
  resume: 'active',
  release: 'standby',
  moved: 'standby',
  suspended: 'suspended',
} as const satisfies Record<Duty, Role | 'undecided' | 'suspended'>;

/** Gives the world another duty: what was decided under the one before no longer counts. */
export function assume(world: World, duty: Duty): void {
  Object.assign(world, { duty, role: ROLES[duty], epoch: world.epoch + 1, heldAll: false });
  for (const claim of world.claims.values()) {
    Object.assign(claim, {
      sure: false,
      taken: false,
      claimed: false,
      mayReassign: false,
      alone: false,
      makesRoom: false,
      elsewhere: false,
      needsHolder: false,
      holderMisses: 0,
      trouble: null,
      osTrouble: null,
      retired: false,
    } satisfies Partial<Claim>);
    if (isWanted(world, claim)) assumeFor(duty, claim);
  }
  if (duty === 'resume' || duty === 'moved') for (const eni of world.enis.values()) eni.lookAgain = true;
}

function assumeFor(duty: Duty, claim: Claim): void {
  claim.finalCheck = false;
  switch (duty) {
    case 'take': // only a new answer makes this duty's claim good, and another member may have taken it meanwhile
    case 'moved':
      if (claim.presence === 'on') claim.presence = 'unknown';
      return;
    case 'release':
      // EC2's "it is not there" is as good as success, and sooner than two looks.
      claim.finalCheck = claim.asked && claim.presence === 'unknown';
      return;
    case 'resume':
    case 'suspended':
    case 'undecided':
      return;
  }
}

import { claimKey, isKnownOurs, observe, settle, type Claim, type Trouble } from './claim';
import { ABANDONED } from './give-up';
import type { Clock, Ec2Error, EniView, Holder } from './ports';
import { canMakeRoom } from './plan-ec2';
import { awaitsLook } from './plan-os';
import {
  fromEc2,
  heldByStranger,
  heldUnseen,
  inUseHere,
  lookingForHolder,
  takenByMember,
  type Errand,
  type Sentence,
} from './sentences';
import { worsen } from './trouble';
import { agreeMs, nicOfEni, type World } from './world';

/** Look-ups that show no holder before a person is asked. */
const HOLDER_MISSES = 3;

/** While looks matter, one that failed is repeated after this many intervals at the latest. */
const LOOK_BACKOFF = 5;

/** How often "full" is doubted because another call may just have made room. */
const CROSSINGS = 3;

/** What the lessons need besides the world. */
export interface Teacher {
  world: World;
  clock: Clock;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, data: Record<string, unknown>) => void;
}

const claimsOf = (world: World, eniId: string, addresses: readonly string[]): Claim[] =>
  addresses.map((address) => world.claims.get(claimKey(eniId, address))).filter((claim) => claim !== undefined);

/** EC2 says that these addresses are on the ENI now. `current`: it was asked to assign them under this duty. */
export function learnAssigned(
  { world, clock, log }: Teacher,
  eniId: string,
  addresses: readonly string[],
  current: boolean,
): void {
  for (const claim of claimsOf(world, eniId, addresses)) {
    settle(claim, 'on');
    Object.assign(claim, {
      sure: current,
      taken: false,
      recorded: 'confirmed',
      claimed: true,
      mayReassign: false,
      makesRoom: false,
      elsewhere: false,
      needsHolder: false,
      holderMisses: 0,
      alone: false,
      trouble: null,
    } satisfies Partial<Claim>);
  }
  verifySoon(world, clock, eniId);
  log('info', `assigned ${addresses.join(', ')} to ${eniId}`, { eniId, addresses });
}

/** EC2 says that these addresses are not on the ENI now. */
export function learnUnassigned({ world, clock, log }: Teacher, eniId: string, addresses: readonly string[]): void {
  for (const claim of claimsOf(world, eniId, addresses)) {
    settle(claim, 'off');
    Object.assign(claim, { finalCheck: false, alone: false, trouble: null } satisfies Partial<Claim>);
  }
  verifySoon(world, clock, eniId);
  log('info', `took ${addresses.join(', ')} off ${eniId}`, { eniId, addresses });
}

function verifySoon(world: World, clock: Clock, eniId: string): void {
  const eni = world.enis.get(eniId);
  if (eni !== undefined) eni.lookAt = Math.min(eni.lookAt, clock.now() + agreeMs(world));
}

/**
 * An Assign failed, or was given up. `crossed`: another mutation of the ENI was under way at the same time. `current`: it
 * was made under this duty; of one made before only what it did to the ENI matters.
 */
export function learnAssignFailed(
  teacher: Teacher,
  eniId: string,
  addresses: readonly string[],
  error: Ec2Error,
  { crossed, current }: { crossed: boolean; current: boolean },
): void {
  const { world } = teacher;
  const claims = claimsOf(world, eniId, addresses);
  for (const claim of claims) {
    if (current) claim.mayReassign = false;
    if (error.outcome === 'unknown') {
      suspect(teacher, claim);
      claim.lateAssign = claim.suspectUntil;
    }
  }
  if (!current) return;
  if (claims.length > 1 && error.outcome === 'refused' && isAboutOneAddress(error)) {
    for (const claim of claims) claim.alone = true;
    teacher.log('warn', `EC2 refused ${addresses.join(', ')} together; asking for each alone`, {
      eniId,
      code: error.code,
    });
    return;
  }
  for (const claim of claims) learnOneAssignFailed(teacher, claim, error, crossed);
  keepTogether(claims);
}

/** Whether the refusal may be due to one address of several, so that the others alone could succeed. */
function isAboutOneAddress(error: Ec2Error): boolean {
  switch (error.reason) {
    case 'held-by-other':
    case 'primary-of-other':
    case 'own-primary':
    case 'outside-subnet':
    case 'reserved':
    case 'malformed':
    case 'eni-full':
    case 'not-assigned':
    case 'unknown':
      return true;
    case 'eni-missing':
    case 'unauthorized':
    case 'credentials':
    case 'throttled':
    case 'server':
    case 'timeout':
    case 'unreachable':
      return false;
  }
}

function learnOneAssignFailed(teacher: Teacher, claim: Claim, error: Ec2Error, crossed: boolean): void {
  const { world } = teacher;
  switch (error.reason) {
    case 'held-by-other':
    case 'primary-of-other':
      settle(claim, 'off');
      Object.assign(claim, { elsewhere: true, needsHolder: true } satisfies Partial<Claim>);
      claim.trouble = null;
      return;
    case 'eni-full':
      settle(claim, 'off');
      if (!claim.makesRoom && canMakeRoom(world, claim)) {
        claim.makesRoom = true;
        claim.trouble = null;
        teacher.log('info', `${claim.eniId} is full: releasing what ${claim.address} replaces first`, {
          ...where(claim),
        });
        return;
      }
      if (crossed && (claim.trouble?.failures ?? 0) < CROSSINGS) {
        const sentence = { ...fromEc2(error, errand('assign', claim)), kind: 'retry-now' } as const;
        claim.trouble = worsen(claim.trouble, sentence, where(claim), teacher.clock, world.timing);
        return;
      }
      break;
    default:
      break;
  }
  fail(teacher, claim, fromEc2(error, errand('assign', claim)));
}

/** An Unassign failed, or was given up. */
export function learnUnassignFailed(
  teacher: Teacher,
  eniId: string,
  addresses: readonly string[],
  error: Ec2Error,
): void {
  const { world } = teacher;
  const claims = claimsOf(world, eniId, addresses);
  for (const claim of claims) if (error.outcome === 'unknown') suspect(teacher, claim);
  // What came to be wanted instead must not wait for this call's back-off.
  if (error.code === ABANDONED) return;
  if (error.reason === 'eni-missing' || (error.reason === 'not-assigned' && claims.length <= 1)) {
    learnUnassigned(teacher, eniId, addresses);
    return;
  }
  if (claims.length > 1 && error.outcome === 'refused' && isAboutOneAddress(error)) {
    for (const claim of claims) claim.alone = true;
    return;
  }
  for (const claim of claims) {
    const sentence = fromEc2(error, errand('unassign', claim));
    claim.trouble = worsen(claim.trouble, sentence, where(claim), teacher.clock, world.timing);
    teacher.log('warn', sentence.message, { ...where(claim), code: error.code });
  }
  keepTogether(claims);
}

/** What failed in one call is tried again in one call: jitter must not scatter it. */
function keepTogether(claims: readonly Claim[]): void {
  const troubles = claims.map((claim) => claim.trouble).filter((trouble) => trouble !== null);
  const retryAt = Math.min(...troubles.map((trouble) => trouble.retryAt));
  for (const trouble of troubles) trouble.retryAt = retryAt;
}

/** A mutation was given up: whether it happened, or will yet, is open for a while. */
function suspect({ world, clock }: Teacher, claim: Claim): void {
  claim.presence = 'unknown';
  claim.doubt = null;
  claim.sure = false;
  claim.suspectUntil = clock.now() + world.timing.watchMs;
}

/** When a look was asked for, and what has happened since. */
export interface LookedAt {
  began: number;
  /** A mutation of the ENI began or ended. */
  crossed: boolean;
  /** It began under this duty. */
  current: boolean;
}

/** What one look at an ENI showed. */
export function learnView(teacher: Teacher, view: EniView, { began, crossed, current }: LookedAt): void {
  const { world, clock, log } = teacher;
  const eni = world.enis.get(view.eniId);
  if (eni === undefined) return;
  eni.trouble = null;
  eni.view = view;
  eni.lookAt = nextLook(world, view.eniId, began, clock.now());
  const there = new Set(view.secondary);
  learnFirstLook(teacher, view.eniId, there, began);
  if (crossed) {
    // It may show either side of the mutation, so it proves nothing.
    eni.lookAt = Math.min(eni.lookAt, clock.now() + agreeMs(world));
    return;
  }
  eni.seenAt = began;
  for (const claim of world.claims.values()) {
    if (claim.eniId !== view.eniId) continue;
    const changed = observe(claim, there.has(claim.address), began, agreeMs(world));
    if (current && there.has(claim.address) && claim.presence !== 'off') claim.sure = true;
    if (!changed) continue;
    if (claim.presence === 'off' && claim.claimed) {
      log('warn', `${claim.address} is gone from ${claim.eniId}, though this node did not take it off`, where(claim));
    }
    if (claim.presence === 'on') {
      claim.elsewhere = false;
      if (claim.proven || claim.recorded === 'confirmed') claim.attempted = true;
    }
  }
}

function nextLook(world: World, eniId: string, began: number, now: number): number {
  if (world.lookEvery !== null && nicOfEni(world, eniId) !== undefined) return Math.max(now, began + world.lookEvery);
  return now + world.timing.lookMs * Math.max(1, world.nics.length);
}

/** Whether EC2 answers: a refusal of an address is an answer. An abandoned call says nothing. */
export function learnAnswer(world: World, error: Ec2Error | null): void {
  if (error === null) world.ec2 = true;
  else if (error.code !== ABANDONED) world.ec2 = isAnswer(error);
}

function isAnswer(error: Ec2Error): boolean {
  switch (error.reason) {
    case 'throttled':
    case 'server':
    case 'timeout':
    case 'unreachable':
    case 'unauthorized':
    case 'credentials':
      return false;
    case 'held-by-other':
    case 'primary-of-other':
    case 'own-primary':
    case 'outside-subnet':
    case 'reserved':
    case 'malformed':
    case 'eni-full':
    case 'eni-missing':
    case 'not-assigned':
    case 'unknown':
      return true;
  }
}

/**
 * The look before the first Assign: EC2 answers 200 for what the ENI already has, so it would pass for ours. Free is
 * believed at once; "already there" when a second look agrees, since the first may show what we took off just before.
 */
function learnFirstLook(teacher: Teacher, eniId: string, there: ReadonlySet<string>, began: number): void {
  const { world } = teacher;
  for (const claim of world.claims.values()) {
    if (claim.eniId !== eniId || !awaitsLook(world, claim) || began < (claim.lookFrom ?? 0)) continue;
    if (!there.has(claim.address)) claim.lookedFree = true;
    else if (observe(claim, true, began, agreeMs(world)) || claim.presence === 'on') {
      fail(teacher, claim, inUseHere(claim.address, eniId, eniId));
    }
  }
}

/** A look failed. What is known stays known: an ENI that cannot be looked at has lost nothing. */
export function learnLookFailed(teacher: Teacher, eniId: string, error: Ec2Error): void {
  const { world, clock } = teacher;
  const eni = world.enis.get(eniId);
  if (eni === undefined) return;
  const nic = nicOfEni(world, eniId)?.nic ?? '';
  const sentence = fromEc2(error, { doing: 'look', nic, eniId, addresses: [] });
  if (eni.trouble?.problem.code !== sentence.code) teacher.log('warn', sentence.message, { eniId, code: error.code });
  eni.trouble = worsen(eni.trouble, sentence, nic === '' ? {} : { nic }, clock, world.timing);
  if (world.lookEvery !== null && nic !== '') {
    eni.trouble.retryAt = Math.min(eni.trouble.retryAt, clock.now() + world.lookEvery * LOOK_BACKOFF);
  }
  const claims = [...world.claims.values()].filter((claim) => claim.eniId === eniId);
  if (error.reason === 'eni-missing' && nic === '') for (const claim of claims) settle(claim, 'off');
  if (sentence.kind !== 'ask-a-person') return;
  for (const claim of claims) if (awaitsLook(world, claim)) fail(teacher, claim, sentence);
}

/** Who holds an address that EC2 would not give us. */
export function learnHolder(teacher: Teacher, claim: Claim, holder: Holder | null): void {
  const { world } = teacher;
  const isOwn = holder !== null && nicOfEni(world, holder.eniId) !== undefined;
  claim.needsHolder = false;
  if (holder === null) {
    claim.holderMisses += 1;
    if (claim.holderMisses >= HOLDER_MISSES) {
      claim.holderMisses = 0;
      fail(teacher, claim, heldUnseen(claim.address, claim.eniId));
      return;
    }
    // It may have been given up since, which the next Assign tells; or EC2 does not show it yet.
    const trouble = worsen(claim.trouble, lookingForHolder(claim.address), where(claim), teacher.clock, world.timing);
    claim.trouble = { ...trouble, retryAt: teacher.clock.now() + agreeMs(world) };
    return;
  }
  claim.holderMisses = 0;
  claim.taken = false;
  const before = world.claims.get(claimKey(holder.eniId, claim.address));
  if (isOwn && !holder.primary && (before === undefined || !isKnownOurs(before))) {
    fail(teacher, claim, inUseHere(claim.address, holder.eniId, claim.eniId));
  } else if (holder.primary || !(isOwn || world.members.has(holder.eniId))) {
    fail(teacher, claim, heldByStranger(claim.address, holder, claim.eniId));
  } else if (!isOwn && (claim.claimed || (world.duty === 'resume' && !world.heldAll))) {
    claim.taken = true;
    suffer(teacher, claim, takenByMember(claim.address, holder));
  } else {
    claim.mayReassign = true;
    claim.trouble = null;
    teacher.log('info', `${claim.address} is held by the member's ENI ${holder.eniId}; moving it`, { ...where(claim) });
  }
}

/** The holder could not be looked up. */
export function learnHolderFailed(teacher: Teacher, claim: Claim, error: Ec2Error): void {
  if (error.kind === 'ask-a-person') claim.needsHolder = false;
  fail(teacher, claim, fromEc2(error, errand('find-holder', claim)));
}

/**
 * Something about acquiring the address failed. What a person must mend refuses an address that was never in force;
 * one that was in force is only in trouble.
 */
export function fail(teacher: Teacher, claim: Claim, sentence: Sentence): void {
  const trouble = suffer(teacher, claim, sentence);
  if (sentence.kind !== 'ask-a-person' || claim.proven) return;
  claim.refused = trouble.problem;
  claim.trouble = null;
}

/** The same, with no blame on the address. */
function suffer({ world, clock, log }: Teacher, claim: Claim, sentence: Sentence): Trouble {
  const before = claim.trouble;
  const trouble = worsen(before, sentence, where(claim), clock, world.timing);
  if (before?.problem.code !== sentence.code) {
    log('warn', sentence.message, { ...where(claim), code: sentence.code });
  }
  claim.trouble = trouble;
  return trouble;
}

export const where = (claim: Claim): { nic: string; address: string } => ({ nic: claim.nic, address: claim.address });

const errand = (doing: Errand['doing'], claim: Claim): Errand => ({
  doing,
  nic: claim.nic,
  eniId: claim.eniId,
  addresses: [claim.address],
});

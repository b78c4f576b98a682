import { claimKey, keyOf, newClaim, type Claim, type Trouble } from './claim';
import { fail, where, type Teacher } from './learn';
import type { Binding, BoundAddress, OsError } from './ports';
import { hasOurLabel } from './plan-os';
import { fromOs, stillBound, type Sentence } from './sentences';
import { worsen } from './trouble';
import { mayBind, type Want } from './wants';
import { AT_ONCE } from './backoff';
import { isBound, nicOfEni, type World } from './world';

/** An ENI is looked at once for a lost binding, but not over and over when somebody keeps removing it. */
const LOOK_AFTER_DRIFT_MS = 10_000;
/** How often a change of addresses is tried again that only a person can make possible. */
const OS_ASK_A_PERSON_REFRESHES = 10;

const boundKey = (device: string, address: string): string => `${device}|${address}`;

/** These addresses were bound, or their lifetimes refreshed. */
export function learnBound({ world, clock, log }: Teacher, bindings: readonly Binding[]): void {
  world.os.changes += 1;
  for (const { address, device } of bindings) {
    for (const claim of claimsAt(world, address, device)) claim.osTrouble = null;
    if (isBound(world, address, device)) continue;
    world.os.assumed.set(boundKey(device, address), world.os.changes);
    world.os.listAt = clock.now();
    log('info', `bound ${address} on ${device}`, { address, device });
  }
}

/** These addresses could not be bound. A batch is repeated one by one, so that one cannot harm the others. */
export function learnBindFailed(teacher: Teacher, bindings: readonly Binding[], error: OsError): void {
  const { world, clock } = teacher;
  world.os.changes += 1;
  world.os.listAt = clock.now();
  for (const { address, device } of bindings) {
    for (const claim of claimsAt(world, address, device)) {
      const sentence = fromOs(error, 'bind', address, device);
      if (sentence.kind === 'ask-a-person' && !claim.proven && bindings.length === 1) fail(teacher, claim, sentence);
      claim.osTrouble = osTrouble(teacher, claim, sentence);
      if (bindings.length > 1) claim.osTrouble.retryAt = clock.now();
    }
  }
}

/** These addresses were unbound. */
export function learnUnbound(
  { world, clock, log }: Teacher,
  addresses: readonly { address: string; device: string }[],
): void {
  world.os.changes += 1;
  world.os.listAt = clock.now();
  const gone = new Set(addresses.map(({ device, address }) => boundKey(device, address)));
  for (const key of gone) {
    world.os.assumed.delete(key);
    if (!world.os.dryRun) world.os.unbound.add(key);
  }
  if (world.os.bound !== null) {
    world.os.bound = world.os.bound.filter((b) => !gone.has(boundKey(b.device, b.address)));
  }
  for (const { address, device } of addresses) {
    for (const claim of claimsAt(world, address, device)) claim.osTrouble = null;
    log('info', `unbound ${address} from ${device}`, { address, device });
  }
}

/** These addresses could not be unbound. */
export function learnUnbindFailed(
  teacher: Teacher,
  addresses: readonly { address: string; device: string }[],
  error: OsError,
): void {
  const { world, clock } = teacher;
  world.os.changes += 1;
  world.os.listAt = clock.now();
  for (const { address, device } of addresses) {
    for (const claim of world.claims.values()) {
      if (claim.address !== address) continue;
      claim.osTrouble = osTrouble(teacher, claim, fromOs(error, 'unbind', address, device));
      if (addresses.length > 1) claim.osTrouble.retryAt = clock.now();
    }
  }
}

/** What a listing that began at `changes` showed. */
export function learnListing(
  teacher: Teacher,
  bound: readonly BoundAddress[],
  changes: number,
  wants: ReadonlyMap<string, Want>,
): void {
  const { world, clock } = teacher;
  const { os } = world;
  const now = clock.now();
  os.bound = bound;
  os.trouble = null;
  os.listAt = os.changes === changes ? now + world.timing.refreshMs : now;
  for (const [key, at] of os.assumed) if (at <= changes) os.assumed.delete(key);
  if (os.changes === changes) noticeStillBound(teacher);
  adoptLabelled(world, now);
  for (const claim of world.claims.values()) {
    const nic = nicOfEni(world, claim.eniId);
    const there = nic !== undefined && isBound(world, claim.address, nic.device);
    if (claim.wasBound && !there && mayBind(claim, wants.get(keyOf(claim)))) noticeDrift(teacher, claim);
    claim.wasBound = there;
  }
}

/** The addresses could not be listed. What is known stays known. */
export function learnListFailed(teacher: Teacher, error: OsError): void {
  const { world, clock, log } = teacher;
  const sentence = fromOs(error, 'list', '', '');
  if (world.os.trouble?.problem.code !== sentence.code) log('warn', sentence.message, {});
  world.os.trouble = worsen(world.os.trouble, sentence, {}, clock, world.timing);
  world.os.listAt = clock.now() + world.timing.refreshMs;
}

function noticeStillBound(teacher: Teacher): void {
  const { world } = teacher;
  for (const { address, device } of world.os.bound ?? []) {
    if (!world.os.unbound.has(boundKey(device, address))) continue;
    for (const claim of world.claims.values()) {
      if (claim.address === address) claim.osTrouble = osTrouble(teacher, claim, stillBound(address, device));
    }
  }
  world.os.unbound.clear();
}

function noticeDrift({ world, clock, log }: Teacher, claim: Claim): void {
  log(
    'warn',
    `${claim.address} is no longer bound, though this node did not unbind it; binding it again`,
    where(claim),
  );
  const eni = world.enis.get(claim.eniId);
  if (eni === undefined) return;
  const earliest = eni.lookedAt === null ? 0 : eni.lookedAt + LOOK_AFTER_DRIFT_MS;
  eni.lookAt = Math.min(eni.lookAt, Math.max(clock.now(), earliest));
}

/** Our label on an address that the ledger does not name (it was lost): it is ours, and may be on the ENI. */
function adoptLabelled(world: World, now: number): void {
  for (const bound of world.os.bound ?? []) {
    if (!hasOurLabel(bound) || world.nics.some((nic) => nic.primary === bound.address)) continue;
    if ([...world.claims.values()].some((claim) => claim.address === bound.address)) continue;
    const nic = world.nics.find((n) => n.device === bound.device);
    if (nic === undefined) continue;
    const claim = newClaim(nic.eniId, bound.address, nic.nic);
    claim.recorded = 'intent';
    claim.attempted = true;
    claim.suspectUntil = now + world.timing.watchMs;
    world.claims.set(claimKey(nic.eniId, bound.address), claim);
  }
}

function osTrouble({ world, clock, log }: Teacher, claim: Claim, sentence: Sentence): Trouble {
  if (claim.osTrouble?.problem.code !== sentence.code) log('warn', sentence.message, where(claim));
  const trouble = worsen(claim.osTrouble, sentence, where(claim), clock, world.timing);
  // Local and cheap, and the kernel's lifetime is running: no back-off beyond the rhythm of the refresh.
  if (sentence.kind === 'retry-now' && trouble.failures <= AT_ONCE) return { ...trouble, retryAt: clock.now() };
  const wait = world.timing.refreshMs * (sentence.kind === 'ask-a-person' ? OS_ASK_A_PERSON_REFRESHES : 1);
  return { ...trouble, retryAt: clock.now() + wait };
}

const claimsAt = (world: World, address: string, device: string): Claim[] =>
  [...world.claims.values()].filter(
    (claim) => claim.address === address && (nicOfEni(world, claim.eniId)?.device ?? device) === device,
  );

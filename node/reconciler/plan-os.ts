import type { Agenda } from './agenda';
import { isKnownOurs, keyOf, type Claim } from './claim';
import type { Binding, BoundAddress } from './ports';
import { LIST_SLOT, osSlot } from './step';
import { mayBind, type Want } from './wants';
import { isBound, nicOfEni, type World } from './world';

/** The end of every label that this program gives to an address it binds: `eth1:cip`. */
export const LABEL_SUFFIX = ':cip';

/** What to do to the operating system's addresses. */
export function planOs(world: World, wants: ReadonlyMap<string, Want>, agenda: Agenda): void {
  const entitled = entitledBindings(world, wants);
  planBind(world, entitled, agenda);
  planUnbind(world, wants, entitled, agenda);
  if (!world.os.dryRun && !world.busy.has(LIST_SLOT) && agenda.due(world.os.listAt)) agenda.do({ do: 'list' });
}

function entitledBindings(world: World, wants: ReadonlyMap<string, Want>): { claim: Claim; binding: Binding }[] {
  const found: { claim: Claim; binding: Binding }[] = [];
  for (const claim of world.claims.values()) {
    const nic = nicOfEni(world, claim.eniId);
    if (nic === undefined || !mayBind(claim, wants.get(keyOf(claim)))) continue;
    const { device, policy } = nic;
    found.push({
      claim,
      binding: { address: claim.address, device, lifetimeSeconds: world.timing.lifetimeSeconds, policy },
    });
  }
  return found;
}

function planBind(world: World, entitled: readonly { claim: Claim; binding: Binding }[], agenda: Agenda): void {
  if (entitled.length === 0) return;
  const refresh = !world.os.dryRun && agenda.due(world.os.refreshAt);
  const batch: Binding[] = [];
  for (const { claim, binding } of entitled) {
    const { address, device } = binding;
    if (world.busy.has(osSlot(device, address))) continue;
    const there = isBound(world, address, device) || world.os.assumed.has(`${device}|${address}`);
    if (there && !refresh) continue;
    if (!agenda.due(claim.osTrouble?.retryAt)) continue;
    // One that failed goes alone, lest it take the refresh of the others down with it.
    if (claim.osTrouble !== null) agenda.do({ do: 'bind', bindings: [binding] });
    else batch.push(binding);
  }
  if (batch.length > 0) agenda.do({ do: 'bind', bindings: batch });
}

interface Place {
  address: string;
  device: string;
}

function planUnbind(
  world: World,
  wants: ReadonlyMap<string, Want>,
  entitled: readonly { binding: Binding }[],
  agenda: Agenda,
): void {
  const unbind = (addresses: readonly { address: string; device: string }[], refuseNew: boolean): void => {
    // Sessions are an address's, on whatever device: those of one that is rightly bound elsewhere go on.
    const disconnect = addresses.filter((a) => !entitled.some(({ binding }) => binding.address === a.address));
    agenda.do({ do: 'unbind', addresses, disconnect, refuseNew });
  };
  const batches = { refuse: [] as Place[], moved: [] as Place[] };
  for (const { address, device } of oursBound(world)) {
    if (entitled.some(({ binding }) => binding.address === address && binding.device === device)) continue;
    if (world.busy.has(osSlot(device, address))) continue;
    // Unbound just now: the next listing tells whether it is there again.
    if (world.os.unbound.has(`${device}|${address}`)) continue;
    const claims = claimsOf(world, address);
    if (claims.some((claim) => leavesAlone(world, claim, wants.get(keyOf(claim)), device))) continue;
    if (claims.length === 0 && (world.desired === null || isSuspended(world))) continue;
    if (!claims.every((claim) => agenda.due(claim.osTrouble?.retryAt))) continue;
    const isMoved = world.duty === 'moved' || claims.some((claim) => claim.elsewhere);
    const batch = batches[isMoved ? 'moved' : 'refuse'];
    if (claims.some((claim) => claim.osTrouble !== null)) unbind([{ address, device }], !isMoved);
    else if (!batch.some((b) => b.address === address && b.device === device)) batch.push({ address, device });
  }
  if (batches.refuse.length > 0) unbind(batches.refuse, true);
  if (batches.moved.length > 0) unbind(batches.moved, false);
}

/** Whether a binding of it on that device is to be kept alive now. */
export const isEntitled = (
  world: World,
  wants: ReadonlyMap<string, Want>,
  { address, device }: { address: string; device: string },
): boolean =>
  entitledBindings(world, wants).some(({ binding }) => binding.address === address && binding.device === device);

const claimsOf = (world: World, address: string): Claim[] =>
  [...world.claims.values()].filter((claim) => claim.address === address);

const isSuspended = (world: World): boolean => world.role === 'suspended' && !world.stopping;

/** An address that another actor has bound where we are about to bind it ourselves need not be unbound before. */
function leavesAlone(world: World, claim: Claim, want: Want | undefined, device: string): boolean {
  if (want === 'leave') return true;
  return want === 'hold' && !claim.elsewhere && nicOfEni(world, claim.eniId)?.device === device;
}

/**
 * Every bound address that is ours, wherever and under whatever label (the label says so, or the ledger does), and what
 * we bound since the last listing.
 */
function oursBound(world: World): { address: string; device: string }[] {
  const listed = (world.os.bound ?? []).filter((bound) => isOurs(world, bound));
  const assumed = [...world.os.assumed.keys()].map((key) => {
    const [device = '', address = ''] = key.split('|');
    return { device, address };
  });
  return [...listed, ...assumed];
}

function isOurs(world: World, bound: BoundAddress): boolean {
  if (world.nics.some((nic) => nic.primary === bound.address)) return false;
  if (hasOurLabel(bound)) return true;
  return claimsOf(world, bound.address).some(
    (claim) => claim.recorded === 'confirmed' || (claim.proven && claim.attempted),
  );
}

/** Bound under our label on the NIC of its ENI: this program put it there after EC2 had said yes. */
export function isLabelled(world: World, claim: Claim): boolean {
  const device = nicOfEni(world, claim.eniId)?.device;
  return (world.os.bound ?? []).some(
    (bound) => bound.address === claim.address && bound.device === device && hasOurLabel(bound),
  );
}

export const hasOurLabel = (bound: BoundAddress): boolean =>
  bound.prefixLength === 32 && bound.label !== bound.device && bound.label.endsWith(LABEL_SUFFIX);

/**
 * Whether EC2 may be told to take the address off: the operating system no longer answers for it. If it cannot be
 * unbound, the kernel removes it when its lifetime ends, and waiting would help nobody.
 */
export const mayUnassign = (world: World, claim: Claim): boolean => claim.osTrouble !== null || seemsOff(world, claim);

/** Whether the operating system no longer has the address, and a listing since the last unbind shows that. */
export function isOffOs(world: World, claim: Claim): boolean {
  const unverified =
    world.os.trouble === null && [...world.os.unbound].some((key) => key.endsWith(`|${claim.address}`));
  return !unverified && seemsOff(world, claim);
}

function seemsOff(world: World, claim: Claim): boolean {
  if (!world.os.dryRun && world.os.bound === null && world.os.trouble === null) return false;
  const device = nicOfEni(world, claim.eniId)?.device;
  if (device !== undefined && world.busy.has(osSlot(device, claim.address))) return false;
  const devices = oursBound(world)
    .filter((bound) => bound.address === claim.address)
    .map((bound) => bound.device);
  // An address that moved to another of our ENIs is rightly bound there.
  return movedWithin(world, claim) ? !devices.includes(device ?? '') : devices.length === 0;
}

const movedWithin = (world: World, claim: Claim): boolean =>
  claimsOf(world, claim.address).some((other) => other !== claim && other.presence === 'on');

/** Whether the first Assign waits for a look at the ENI. */
export const awaitsLook = (world: World, claim: Claim): boolean =>
  claim.lookFrom !== null &&
  !claim.lookedFree &&
  claim.refused === null &&
  !isKnownOurs(claim) &&
  !isLabelled(world, claim);

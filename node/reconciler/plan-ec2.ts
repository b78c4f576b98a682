import type { Agenda } from './agenda';
import { keyOf, type Claim } from './claim';
import { lookSlot, mutationSlot } from './step';
import { isWanted, type Want } from './wants';
import { agreeMs, hasPeers, nicOfEni, type EniState, type World } from './world';
import { awaitsLook, mayUnassign } from './plan-os';

/** What to ask of EC2 for one ENI. */
export function planEc2(world: World, wants: ReadonlyMap<string, Want>, eniId: string, agenda: Agenda): void {
  const claims = [...world.claims.values()].filter((claim) => claim.eniId === eniId);
  planAssign(world, wants, eniId, claims, agenda);
  planUnassign(world, wants, eniId, claims, agenda);
  for (const claim of claims) {
    if (claim.suspectUntil !== null) agenda.due(claim.suspectUntil);
    if (claim.lateAssign !== null) agenda.due(claim.lateAssign);
  }
  const state = world.enis.get(eniId);
  if (state !== undefined) planLook(world, wants, state, claims, agenda);
}

const isFree = (world: World, claim: Claim): boolean => !world.busy.has(mutationSlot(claim.eniId, claim.address));

function planAssign(
  world: World,
  wants: ReadonlyMap<string, Want>,
  eniId: string,
  claims: readonly Claim[],
  agenda: Agenda,
): void {
  const nic = nicOfEni(world, eniId);
  if (nic === undefined) return;
  const batches = { take: [] as string[], ask: [] as string[] };
  for (const claim of claims) {
    if (wants.get(keyOf(claim)) !== 'hold' || !isFree(world, claim)) continue;
    // A look alone does not make it ours: EC2 is asked once, so that the ledger says so at the end.
    if (claim.presence === 'on' && claim.recorded === 'confirmed') continue;
    if (awaitsSight(world, claim)) continue;
    if (!agenda.due(claim.trouble?.retryAt)) continue;
    if (claim.needsHolder) {
      agenda.do({ do: 'find-holder', eniId, address: claim.address, subnetId: nic.subnetId });
      continue;
    }
    // The intent must outlive a crash before EC2 hears of it, or nobody would clean up after it.
    if (claim.durable === 'none') continue;
    if (claim.makesRoom && !roomIsMade(claims, wants)) continue;
    const takeover = world.duty === 'take' && !world.heldAll && claim.recorded === 'confirmed' && !claim.claimed;
    const allowReassignment = claim.mayReassign || (takeover && hasPeers(world));
    if (claim.alone) agenda.do({ do: 'assign', eniId, addresses: [claim.address], allowReassignment });
    else batches[allowReassignment ? 'take' : 'ask'].push(claim.address);
  }
  if (batches.take.length > 0) agenda.do({ do: 'assign', eniId, addresses: batches.take, allowReassignment: true });
  if (batches.ask.length > 0) agenda.do({ do: 'assign', eniId, addresses: batches.ask, allowReassignment: false });
}

/** What is resumed is looked at, not assigned again; unless an Assign of this duty failed, so that it is gone already. */
const awaitsSight = (world: World, claim: Claim): boolean =>
  world.duty === 'resume' && claim.claimed && claim.presence === 'unknown' && claim.trouble === null;

/** Whether everything of ours that is to leave this ENI has left. */
const roomIsMade = (claims: readonly Claim[], wants: ReadonlyMap<string, Want>): boolean =>
  claims.every((claim) => {
    const want = wants.get(keyOf(claim));
    const leaves = want === 'yield' || (want === 'release' && claim.attempted);
    return !leaves || claim.presence === 'off';
  });

function planUnassign(
  world: World,
  wants: ReadonlyMap<string, Want>,
  eniId: string,
  claims: readonly Claim[],
  agenda: Agenda,
): void {
  // What the ledger names on an ENI that is not here may be another gateway's by now, or always was (a copied disk).
  if (nicOfEni(world, eniId) === undefined) return;
  const batch: string[] = [];
  for (const claim of claims) {
    const want = wants.get(keyOf(claim));
    if (!isToGo(world, claim, want) || !isFree(world, claim)) continue;
    if (!agenda.due(claim.trouble?.retryAt)) continue;
    // Unbind first: from the moment EC2 hands the address to another node, this one must not answer for it.
    if (!mayUnassign(world, claim)) continue;
    if (claim.alone || claim.presence !== 'on') agenda.do({ do: 'unassign', eniId, addresses: [claim.address] });
    else batch.push(claim.address);
  }
  if (batch.length > 0) agenda.do({ do: 'unassign', eniId, addresses: batch });
}

/** Whether EC2 is to be told to take it off. "It is not there" from EC2 is as good as success, so asking is cheap. */
function isToGo(world: World, claim: Claim, want: Want | undefined): boolean {
  switch (want) {
    case 'ready':
      if (claim.finalCheck) return true;
      return claim.presence === 'on' || (world.stopping && claim.presence === 'unknown' && claim.attempted);
    case 'release':
      if (claim.address === nicOfEni(world, claim.eniId)?.primary) return false;
      return (claim.presence !== 'off' && claim.attempted) || claim.finalCheck;
    case 'yield':
      return claim.presence !== 'off';
    case 'hold':
    case 'keep':
    case 'leave':
    case 'away':
    case undefined:
      return false;
  }
}

function planLook(
  world: World,
  wants: ReadonlyMap<string, Want>,
  eni: EniState,
  claims: readonly Claim[],
  agenda: Agenda,
): void {
  if (world.busy.has(lookSlot(eni.eniId))) return;
  if (eni.lookAgain) {
    agenda.do({ do: 'look', eniId: eni.eniId });
    return;
  }
  if (!agenda.due(eni.trouble?.retryAt)) return;
  const soon = eni.lookedAt === null ? agenda.now : eni.lookedAt + agreeMs(world);
  const inDoubt = claims.some((claim) => {
    const want = wants.get(keyOf(claim));
    const settling =
      claim.presence === 'unknown' && (want === 'ready' || (want === 'hold' && awaitsSight(world, claim)));
    return claim.doubt !== null || settling || (claim.suspectUntil !== null && claim.suspectUntil > agenda.now);
  });
  const first = claims.some(
    (claim) => awaitsLook(world, claim) && (eni.trouble !== null || (eni.lookedAt ?? -1) < (claim.lookFrom ?? 0)),
  );
  if (first) agenda.do({ do: 'look', eniId: eni.eniId });
  else if (agenda.due(inDoubt ? Math.min(soon, eni.lookAt) : eni.lookAt)) agenda.do({ do: 'look', eniId: eni.eniId });
}

/** Addresses of ours on the same ENI that `claim` replaces, or that are to leave anyway: they can make room for it. */
export function canMakeRoom(world: World, claim: Claim): boolean {
  return [...world.claims.values()].some(
    (other) =>
      other !== claim &&
      other.eniId === claim.eniId &&
      other.attempted &&
      other.presence !== 'off' &&
      !isWanted(world, other),
  );
}

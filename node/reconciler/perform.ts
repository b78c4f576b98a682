import { asEc2Error, asOsError, ec2Call, newWaiting, osCall, type Waiting } from './give-up';
import {
  learnAnswer,
  learnAssigned,
  learnAssignFailed,
  learnHolder,
  learnHolderFailed,
  learnLookFailed,
  learnUnassigned,
  learnUnassignFailed,
  learnView,
  type Teacher,
} from './learn';
import {
  learnBindFailed,
  learnBound,
  learnListFailed,
  learnListing,
  learnUnbindFailed,
  learnUnbound,
} from './learn-os';
import { claimKey, keyOf } from './claim';
import { isEntitled } from './plan-os';
import type { Ec2Error, Ec2Port, LedgerEntry, LedgerPort, OsPort } from './ports';
import { ledgerFailed } from './sentences';
import { slotsOf, type Step } from './step';
import { worsen } from './trouble';
import type { Want } from './wants';
import type { World } from './world';

/** A step under way. */
export interface Running {
  readonly step: Step;
  readonly waiting: Readonly<Waiting>;
  /** Resolves, never rejects, when the outcome is in the world. */
  readonly done: Promise<void>;
  /** The duty's epoch when it began. */
  readonly epoch: number;
  /** Gives up waiting, and lets other steps have its slots at once. */
  readonly abandon: () => void;
}

/** What steps need. */
export interface Tools extends Teacher {
  ec2: Ec2Port;
  os: OsPort;
  ledger: LedgerPort;
  wants: () => ReadonlyMap<string, Want>;
  /** False once the reconciler has ended: nobody learns any more. */
  isLive: () => boolean;
}

/** Starts a step: its call goes out before this returns. */
export function perform(step: Step, tools: Tools): Running {
  const { world } = tools;
  const waiting = newWaiting();
  let slots = slotsOf(step);
  for (const slot of slots) world.busy.add(slot);
  const free = (): void => {
    for (const slot of slots) world.busy.delete(slot);
    slots = [];
  };
  const done = run(step, tools, waiting).then((learn) => {
    free();
    if (tools.isLive()) learn();
  });
  const abandon = (): void => {
    waiting.abandon();
    free();
  };
  return { step, waiting, done, epoch: world.epoch, abandon };
}

/** Does the step; resolves to how its outcome is entered into the world. */
async function run(step: Step, tools: Tools, waiting: Waiting): Promise<() => void> {
  const { world, clock, ec2, os, ledger } = tools;
  const { epoch } = world;
  const isCurrent = (): boolean => world.epoch === epoch;
  const call = <T>(start: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    ec2Call(waiting, clock.now(), world.timing.ec2TimeoutMs, start);
  const local = <T>(start: () => Promise<T>): Promise<T> =>
    osCall(waiting, clock.now(), world.timing.osTimeoutMs, start);
  /** How the outcome of an EC2 call is entered into the world. */
  const answer = <T>(
    called: Promise<T>,
    learn: (outcome: { error: null; value: T } | { error: Ec2Error; value: null }) => void,
  ): Promise<() => void> =>
    called.then(
      (value) => () => {
        learnAnswer(world, null);
        learn({ error: null, value });
      },
      (cause: unknown) => () => {
        const error = asEc2Error(cause);
        learnAnswer(world, error);
        learn({ error, value: null });
      },
    );
  switch (step.do) {
    case 'assign': {
      const { eniId, addresses, allowReassignment } = step;
      const claims = addresses.map((address) => world.claims.get(claimKey(eniId, address)));
      for (const claim of claims)
        if (claim !== undefined) Object.assign(claim, { attempted: true, asked: true, assigns: claim.assigns + 1 });
      const over = mutation(world, eniId);
      return answer(
        call((signal) => ec2.assign({ eniId, addresses, allowReassignment }, signal)),
        ({ error }) => {
          const crossed = over();
          for (const claim of claims) if (claim !== undefined) claim.assigns -= 1;
          if (error === null) learnAssigned(tools, eniId, addresses, isCurrent());
          else learnAssignFailed(tools, eniId, addresses, error, { crossed, current: isCurrent() });
        },
      );
    }
    case 'unassign': {
      const { eniId, addresses } = step;
      const over = mutation(world, eniId);
      return answer(
        call((signal) => ec2.unassign({ eniId, addresses }, signal)),
        ({ error }) => {
          over();
          if (error === null) learnUnassigned(tools, eniId, addresses);
          else learnUnassignFailed(tools, eniId, addresses, error);
        },
      );
    }
    case 'look': {
      const eni = world.enis.get(step.eniId);
      const began = clock.now();
      const mutations = eni?.mutations;
      if (eni !== undefined) Object.assign(eni, { lookedAt: began, lookAgain: false });
      return answer(
        call((signal) => ec2.describeEni(step.eniId, signal)),
        ({ error, value }) => {
          const crossed = world.enis.get(step.eniId)?.mutations !== mutations;
          if (error === null) learnView(tools, value, { began, crossed, current: isCurrent() });
          else learnLookFailed(tools, step.eniId, error);
        },
      );
    }
    case 'find-holder': {
      const { eniId, address, subnetId } = step;
      const claim = world.claims.get(claimKey(eniId, address));
      if (claim === undefined) return () => undefined;
      return answer(
        call((signal) => ec2.findHolder({ address, subnetId }, signal)),
        ({ error, value }) => {
          if (!isCurrent()) return;
          if (error === null) learnHolder(tools, claim, value);
          else learnHolderFailed(tools, claim, error);
        },
      );
    }
    case 'save-ledger':
      world.savingSince = clock.now();
      return ledger.save(step.entries).then(
        () => () => learnSaved(tools, step.entries),
        (error: unknown) => () => learnSaveFailed(tools, error),
      );
    case 'list': {
      const { changes } = world.os;
      return local(() => os.list()).then(
        (bound) => () => learnListing(tools, bound, changes, tools.wants()),
        (error: unknown) => () => learnListFailed(tools, asOsError(error)),
      );
    }
    case 'bind': {
      const now = clock.now();
      if (world.os.refreshAt <= now) world.os.refreshAt = now + world.timing.refreshMs;
      return local(() => os.bind(step.bindings)).then(
        () => () => learnBound(tools, step.bindings),
        (error: unknown) => () => learnBindFailed(tools, step.bindings, asOsError(error)),
      );
    }
    case 'unbind': {
      await disconnect(step, tools, waiting);
      // What came to be held meanwhile stays bound; binding it again lets new connections in.
      const addresses = step.addresses.filter((address) => !isEntitled(world, tools.wants(), address));
      if (addresses.length < step.addresses.length) world.os.refreshAt = clock.now();
      if (addresses.length === 0) return () => undefined;
      return local(() => os.unbind(addresses)).then(
        () => () => learnUnbound(tools, addresses),
        (error: unknown) => () => learnUnbindFailed(tools, addresses, asOsError(error)),
      );
    }
  }
}

/** Resets the sessions, so that clients reconnect rather than hang. Best effort: what fails is said, and nothing waits. */
async function disconnect(step: Extract<Step, { do: 'unbind' }>, tools: Tools, waiting: Waiting): Promise<void> {
  if (step.disconnect.length === 0) return;
  const { refuseNew } = step;
  const { clock, log, os } = tools;
  await osCall(waiting, clock.now(), tools.world.timing.disconnectMs, () =>
    os.disconnect(step.disconnect, { refuseNew }),
  ).catch((error: unknown) => {
    const addresses = step.disconnect.map(({ address }) => address);
    log('warn', `the sessions of ${addresses.join(', ')} could not be reset: ${asOsError(error).message}`, {
      addresses,
    });
  });
}

/** Counts the beginning of a mutation; the function counts its end, and tells whether another one crossed it. */
function mutation(world: World, eniId: string): () => boolean {
  const count = (): number => {
    const eni = world.enis.get(eniId);
    return eni === undefined ? 0 : ++eni.mutations;
  };
  const began = count();
  return () => count() > began + 1;
}

function learnSaved({ world }: Tools, entries: readonly LedgerEntry[]): void {
  world.ledgerTrouble = null;
  world.savingSince = null;
  const saved = new Map(entries.map((entry) => [claimKey(entry.eniId, entry.address), entry.state]));
  for (const claim of world.claims.values()) claim.durable = saved.get(keyOf(claim)) ?? 'none';
}

function learnSaveFailed({ world, clock, log }: Tools, error: unknown): void {
  world.savingSince = null;
  const sentence = ledgerFailed(error);
  if (world.ledgerTrouble === null) log('error', sentence.message, {});
  world.ledgerTrouble = worsen(world.ledgerTrouble, sentence, {}, clock, world.timing);
}

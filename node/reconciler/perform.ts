import { withDeadline, withOsDeadline, asEc2Error } from './give-up';
import {
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
import { OsError, type Ec2Port, type LedgerEntry, type LedgerPort, type OsPort } from './ports';
import { ledgerFailed } from './sentences';
import { slotsOf, type Step } from './step';
import { worsen } from './trouble';
import type { Want } from './wants';

/** A step under way. */
export interface Running {
  readonly step: Step;
  /** Aborting gives up waiting; what was asked may happen all the same. */
  readonly controller: AbortController;
  /** Resolves, never rejects, when the outcome is in the world. */
  readonly done: Promise<void>;
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
  const controller = new AbortController();
  const slots = slotsOf(step);
  for (const slot of slots) tools.world.busy.add(slot);
  const done = run(step, tools, controller).then((learn) => {
    for (const slot of slots) tools.world.busy.delete(slot);
    if (tools.isLive()) learn();
  });
  return { step, controller, done };
}

/** Does the step; resolves to how its outcome is entered into the world. */
async function run(step: Step, tools: Tools, controller: AbortController): Promise<() => void> {
  const { world, clock, ec2, os, ledger } = tools;
  const call = <T>(start: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    withDeadline(clock, world.timing.ec2TimeoutMs, controller, start);
  const local = <T>(start: () => Promise<T>): Promise<T> => withOsDeadline(clock, world.timing.osTimeoutMs, start);
  switch (step.do) {
    case 'assign':
      return mutate(step, tools, async () => {
        for (const address of step.addresses) attempted(tools, step.eniId, address);
        const { eniId, addresses, allowReassignment } = step;
        await call((signal) => ec2.assign({ eniId, addresses, allowReassignment }, signal));
      });
    case 'unassign':
      return mutate(step, tools, () =>
        call((signal) => ec2.unassign({ eniId: step.eniId, addresses: step.addresses }, signal)),
      );
    case 'look': {
      const eni = world.enis.get(step.eniId);
      const began = clock.now();
      const mutations = eni?.mutations;
      if (eni !== undefined) eni.lookedAt = began;
      return call((signal) => ec2.describeEni(step.eniId, signal)).then(
        (view) => () => learnView(tools, view, began, world.enis.get(step.eniId)?.mutations !== mutations),
        (error: unknown) => () => learnLookFailed(tools, step.eniId, asEc2Error(error)),
      );
    }
    case 'find-holder': {
      const { eniId, address, subnetId } = step;
      const claim = world.claims.get(claimKey(eniId, address));
      if (claim === undefined) return () => undefined;
      return call((signal) => ec2.findHolder({ address, subnetId }, signal)).then(
        (holder) => () => learnHolder(tools, claim, holder),
        (error: unknown) => () => learnHolderFailed(tools, claim, asEc2Error(error)),
      );
    }
    case 'save-ledger':
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
    case 'unbind':
      return local(() => os.unbind(step.addresses)).then(
        () => () => learnUnbound(tools, step.addresses),
        (error: unknown) => () => learnUnbindFailed(tools, step.addresses, asOsError(error)),
      );
  }
}

function mutate(
  step: Extract<Step, { do: 'assign' | 'unassign' }>,
  tools: Tools,
  call: () => Promise<void>,
): Promise<() => void> {
  const { eniId, addresses } = step;
  const count = (): number => {
    const eni = tools.world.enis.get(eniId);
    return eni === undefined ? 0 : ++eni.mutations;
  };
  const began = count();
  return call().then(
    () => () => {
      count();
      if (step.do === 'assign') learnAssigned(tools, eniId, addresses);
      else learnUnassigned(tools, eniId, addresses);
    },
    (error: unknown) => () => {
      const crossed = count() > began + 1;
      if (step.do === 'assign') learnAssignFailed(tools, eniId, addresses, asEc2Error(error), crossed);
      else learnUnassignFailed(tools, eniId, addresses, asEc2Error(error));
    },
  );
}

function attempted(tools: Tools, eniId: string, address: string): void {
  const claim = tools.world.claims.get(claimKey(eniId, address));
  if (claim !== undefined) claim.attempted = true;
}

function learnSaved({ world }: Tools, entries: readonly LedgerEntry[]): void {
  world.ledgerTrouble = null;
  const saved = new Map(entries.map((entry) => [claimKey(entry.eniId, entry.address), entry.state]));
  for (const claim of world.claims.values()) claim.durable = saved.get(keyOf(claim)) ?? 'none';
}

function learnSaveFailed({ world, clock, log }: Tools, error: unknown): void {
  const sentence = ledgerFailed(error);
  if (world.ledgerTrouble === null) log('error', sentence.message, {});
  world.ledgerTrouble = worsen(world.ledgerTrouble, sentence, {}, clock, world.timing);
}

const asOsError = (error: unknown): OsError =>
  error instanceof OsError ? error : new OsError('failed', 'retry-later', String(error), { cause: error });

import { Agenda } from './agenda';
import { planEc2 } from './plan-ec2';
import { planLedger } from './plan-ledger';
import { planOs } from './plan-os';
import type { Step } from './step';
import type { Want } from './wants';
import type { World } from './world';

/** What to do now, and when to plan again if nothing happens until then. A pure function of the world and the time. */
export function plan(world: World, decided: ReadonlyMap<string, Want>, now: number): { steps: Step[]; nextAt: number } {
  const agenda = new Agenda(now);
  const enis = new Set([...world.enis.keys(), ...[...world.claims.values()].map((claim) => claim.eniId)]);
  for (const eniId of enis) planEc2(world, decided, eniId, agenda);
  planOs(world, decided, agenda);
  planLedger(world, agenda);
  if (!agenda.steps.some(isTakeover)) return { steps: agenda.steps, nextAt: agenda.nextAt };
  // Nothing else may cost a takeover its first moment.
  return { steps: agenda.steps.filter((step) => isTakeover(step) || step.do === 'bind'), nextAt: now };
}

const isTakeover = (step: Step): boolean => step.do === 'assign' && step.allowReassignment;

import type { Params } from '../query/params';
import { refuse } from '../rules/refusal';
import type { VpcState } from '../rules/state';
import type { Action, Answer } from './action';

/** Refuses a DryRun field where the API has none; true when the call is a dry run. */
export function isDryRun(action: Action, params: Params): boolean {
  const dryRun = params.boolean('DryRun');
  if (dryRun !== undefined && !action.dryRun) throw refuse.unknownParameter('DryRun');
  return dryRun ?? false;
}

/** Runs one action on a state, and refuses fields that it did not ask for. */
export function perform(action: Action, state: VpcState, params: Params, now: string): Answer {
  const answer = action.run(state, params, now);
  params.refuseUnread();
  return answer;
}

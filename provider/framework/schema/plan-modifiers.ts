import { isUnknown } from '../cty/unknown';
import type { PlanModifier, PlanModifierRequest } from './plan-modifier';

/** A computed value that does not change once made: the plan shows the prior one instead of "(known after apply)". */
export function useStateForUnknown(): PlanModifier {
  return (request) => ({ planned: keepsPrior(request) ? request.prior : request.planned });
}

/** As {@link useStateForUnknown}, but a value that is null in the state may still become something. */
export function useNonNullStateForUnknown(): PlanModifier {
  return (request) => ({
    planned: keepsPrior(request) && request.prior !== null ? request.prior : request.planned,
  });
}

function keepsPrior({ config, planned, resource }: PlanModifierRequest): boolean {
  return resource.prior !== null && isUnknown(planned) && !isUnknown(config);
}

/** A change of this attribute cannot be made in place: the resource is destroyed and made anew. */
export function requiresReplace(): PlanModifier {
  return (request) => ({ planned: request.planned, requiresReplace: true });
}

/** As {@link requiresReplace}, only when `condition` says so. */
export function requiresReplaceIf(condition: (request: PlanModifierRequest) => boolean): PlanModifier {
  return (request) => ({ planned: request.planned, requiresReplace: condition(request) });
}

import type { Path } from '../cty/path';
import type { Value, ValueRecord } from '../cty/value';
import type { Diagnostic } from './diagnostic';

export interface PlanModifierRequest {
  readonly path: Path;
  /** This attribute's configured value. */
  readonly config: Value;
  /** Its value in the prior state; null when there is none. */
  readonly prior: Value;
  /** Its value as planned so far. */
  readonly planned: Value;
  /** The whole object: prior is null on create. */
  readonly resource: {
    readonly config: ValueRecord;
    readonly prior: ValueRecord | null;
    readonly planned: ValueRecord;
  };
}

export interface PlanModifierResult {
  readonly planned: Value;
  /** True: the change of this attribute replaces the resource. Ignored on create and when nothing changes here. */
  readonly requiresReplace?: boolean;
  readonly diagnostics?: readonly Diagnostic[];
}

/**
 * Changes what is planned for one attribute. Pure and deterministic: core plans again at apply, and the two plans must
 * agree. It may only change a value that the configuration leaves null.
 */
export type PlanModifier = (request: PlanModifierRequest) => PlanModifierResult;

import { run, type Result } from './run';
import type { Scenario } from './scenario';
import type { Sut } from './sut';

/** The scenario with only the faults of these places. */
export const keepOnly = (scenario: Scenario, kept: readonly number[]): Scenario => ({
  ...scenario,
  faults: scenario.faults.filter((_, i) => kept.includes(i)),
});

/** The fewest faults (by place) with which a failing scenario still breaks the same invariant: each is dropped in turn. */
export function shrink(scenario: Scenario, sut: Sut, violation: NonNullable<Result['violation']>): number[] {
  let kept = scenario.faults.map((_, i) => i);
  for (let dropped = true; dropped;) {
    dropped = false;
    for (const place of kept) {
      const fewer = kept.filter((one) => one !== place);
      if (run(keepOnly(scenario, fewer), sut).violation?.invariant !== violation.invariant) continue;
      kept = fewer;
      dropped = true;
      break;
    }
  }
  return kept;
}

import { Coverage } from './coverage';
import { REGRESSIONS } from './regressions';
import { run } from './run';
import { scenarioOf, type Scenario } from './scenario';
import type { Sut } from './sut';

/** A seed that breaks an invariant. */
export interface Failure {
  seed: number;
  invariant: string;
  text: string;
  /** Set when it is not the seed's own scenario, but one that failed before: what was wrong then. */
  regression?: string;
}

/** What came of a row of seeds. */
export interface BatchResult {
  from: number;
  count: number;
  coverage: Pick<Coverage, 'faults' | 'transitions' | 'reasons'>;
  failures: Failure[];
  virtualMs: number;
  steps: number;
  /** The longest time from the end of the last fault to convergence, and its seed. */
  slowest: { seed: number; ms: number };
}

/** Plays `count` seeds from `from` on. Must be called outside any promise reaction. */
export function batch(from: number, count: number, sut: Sut): BatchResult {
  const scenarios = Array.from({ length: count }, (_, i) => ({ scenario: () => scenarioOf(from + i) }));
  return { ...play(scenarios, sut), from, count };
}

/** Plays the scenarios that failed before. Must be called outside any promise reaction. */
export function regressions(sut: Sut): BatchResult {
  const scenarios = REGRESSIONS.map(({ what, scenario }) => ({ scenario: () => scenario, regression: what }));
  return { ...play(scenarios, sut), from: 0, count: 0 };
}

function play(
  scenarios: readonly { scenario: () => Scenario; regression?: string }[],
  sut: Sut,
): Omit<BatchResult, 'from' | 'count'> {
  const coverage = new Coverage();
  const failures: Failure[] = [];
  let virtualMs = 0;
  let steps = 0;
  let slowest = { seed: 0, ms: 0 };
  for (const { scenario, regression } of scenarios) {
    const { seed, ...rest } = scenario();
    const result = run({ seed, ...rest }, sut);
    coverage.add(result.coverage);
    virtualMs += result.virtualMs;
    steps += result.steps;
    const ms = result.convergedAfterMs ?? 0;
    if (ms > slowest.ms) slowest = { seed, ms };
    if (result.violation === null) continue;
    const { invariant, text } = result.violation;
    failures.push({ seed, invariant, text, ...(regression === undefined ? {} : { regression }) });
  }
  return { coverage, failures, virtualMs, steps, slowest };
}

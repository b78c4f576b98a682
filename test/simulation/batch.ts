import { Coverage } from './coverage';
import { run } from './run';
import { scenarioOf } from './scenario';
import type { Sut } from './sut';

/** A seed that breaks an invariant. */
export interface Failure {
  seed: number;
  invariant: string;
  text: string;
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
  const coverage = new Coverage();
  const failures: Failure[] = [];
  let virtualMs = 0;
  let steps = 0;
  let slowest = { seed: from, ms: 0 };
  for (let seed = from; seed < from + count; seed += 1) {
    const result = run(scenarioOf(seed), sut);
    coverage.add(result.coverage);
    virtualMs += result.virtualMs;
    steps += result.steps;
    const ms = result.convergedAfterMs ?? 0;
    if (ms > slowest.ms) slowest = { seed, ms };
    if (result.violation === null) continue;
    const { invariant, text } = result.violation;
    failures.push({ seed, invariant, text });
  }
  return { from, count, coverage, failures, virtualMs, steps, slowest };
}

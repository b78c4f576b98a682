import type { Backend } from './backend';

/** A backend of this run, or why there is none. */
export type BackendRun =
  | { name: Backend['name']; /** How it was come by, in words. */ how: string; results: JestResults }
  | { name: Backend['name']; /** Why the suite did not run on it. */ notRun: string };

/** What `jest --json` reports, as far as it is summed up. */
export interface JestResults {
  numPassedTests: number;
  numFailedTests: number;
  /** Files that could not even be run. */
  numRuntimeErrorTestSuites: number;
}

/** Sums up a run for its reader; the last line is `N passed, N failed`. */
export function summarize(run: {
  terraform: string;
  seconds: number;
  runs: readonly BackendRun[];
  /** In CI a backend that did not run is a failure. */
  ci: boolean;
}): { text: string; ok: boolean } {
  const lines = [`\nAcceptance suite with ${run.terraform}, ${run.seconds.toFixed(0)} s`];
  const total = { passed: 0, failed: 0 };
  for (const entry of run.runs) {
    if ('results' in entry) {
      const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = entry.results;
      total.passed += numPassedTests;
      total.failed += numFailedTests + numRuntimeErrorTestSuites;
      lines.push(`  ${entry.name}: ${numPassedTests} passed, ${numFailedTests} failed (${entry.how})`);
      if (numRuntimeErrorTestSuites > 0) {
        lines.push(`  ${numRuntimeErrorTestSuites} test file(s) could not be run there: counted as failed`);
      }
    } else {
      if (run.ci) total.failed += 1;
      lines.push('', `  !!! ${entry.name} was NOT RUN: ${entry.notRun}`);
      lines.push(
        run.ci ? '  !!! CI is set: this counts as a failure.' : '  !!! Nothing is known about it from this run.',
        '',
      );
    }
  }
  const ran = run.runs.some((entry) => 'results' in entry);
  lines.push(`${total.passed} passed, ${total.failed} failed`);
  return { text: `${lines.join('\n')}\n`, ok: total.failed === 0 && (total.passed > 0 || !ran) };
}

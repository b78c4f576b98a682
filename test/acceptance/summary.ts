import type { Backend } from './backend';

/** A backend of this run, or why there is none. */
export type BackendRun =
  | { backend: Backend; /** How it was come by, in words. */ how: string }
  | { name: Backend['name']; /** Why the suite did not run on it. */ notRun: string };

/** What `jest --json` reports, as far as it is summed up. */
export interface JestResults {
  numPassedTests: number;
  numFailedTests: number;
  /** Files that could not even be run. */
  numRuntimeErrorTestSuites: number;
  testResults: { assertionResults: { ancestorTitles: string[]; status: string }[] }[];
}

/** Sums up a run for its reader; the last line is `N passed, N failed`. */
export function summarize(run: {
  terraform: string;
  seconds: number;
  runs: readonly BackendRun[];
  /** Null when there was no backend to run on. */
  results: JestResults | null;
  /** In CI a backend that did not run is a failure. */
  ci: boolean;
}): { text: string; ok: boolean } {
  const lines = [`\nAcceptance suite with ${run.terraform}, ${run.seconds.toFixed(0)} s`];
  let missing = 0;
  for (const entry of run.runs) {
    if ('backend' in entry) {
      const { passed, failed } = countOn(entry.backend.name, run.results);
      lines.push(`  ${entry.backend.name}: ${passed} passed, ${failed} failed (${entry.how})`);
    } else {
      missing += 1;
      lines.push('', `  !!! ${entry.name} was NOT RUN: ${entry.notRun}`);
      lines.push(
        run.ci ? '  !!! CI is set: this counts as a failure.' : '  !!! Nothing is known about it from this run.',
        '',
      );
    }
  }
  const broken = run.results?.numRuntimeErrorTestSuites ?? 0;
  if (broken > 0) lines.push(`  ${broken} test file(s) could not be run: counted as failed`);
  const passed = run.results?.numPassedTests ?? 0;
  const failed = (run.results?.numFailedTests ?? 0) + broken + (run.ci ? missing : 0);
  lines.push(`${passed} passed, ${failed} failed`);
  return { text: `${lines.join('\n')}\n`, ok: failed === 0 && (passed > 0 || run.results === null) };
}

function countOn(name: string, results: JestResults | null): { passed: number; failed: number } {
  const own = (results?.testResults ?? [])
    .flatMap((file) => file.assertionResults)
    .filter((test) => test.ancestorTitles[0]?.endsWith(`, on ${name}`));
  const count = (status: string) => own.filter((test) => test.status === status).length;
  return { passed: count('passed'), failed: count('failed') };
}

import { summarize, type BackendRun, type JestResults } from '../acceptance/summary';

const results = (numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites = 0): JestResults => ({
  numPassedTests,
  numFailedTests,
  numRuntimeErrorTestSuites,
});
const on = (counts: JestResults): BackendRun => ({ name: 'fake EC2', how: 'here', results: counts });
const missing: BackendRun = { name: 'LocalStack', notRun: 'there is no Python 3.13' };
const sum = (ci: boolean, ...runs: BackendRun[]) =>
  summarize({ terraform: 'terraform 1.11.4', seconds: 61.2, runs, ci });
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

test('counts per backend, and the last line alone', () => {
  const { text, ok } = sum(false, on(results(2, 1)), { name: 'LocalStack', how: 'there', results: results(3, 0) });
  expect(ok).toBe(false);
  expect(text).toContain('fake EC2: 2 passed, 1 failed (here)');
  expect(text).toContain('LocalStack: 3 passed, 0 failed (there)');
  expect(lastLine(text)).toBe('5 passed, 1 failed');
});

test('a backend that did not run is loud, and a failure in CI', () => {
  const [here, inCi] = [sum(false, on(results(1, 0)), missing), sum(true, on(results(1, 0)), missing)];
  expect(here.text).toContain('LocalStack was NOT RUN: there is no Python 3.13');
  expect(here.ok).toBe(true);
  expect(inCi.ok).toBe(false);
  expect(lastLine(inCi.text)).toBe('1 passed, 1 failed');
});

test('a test file that does not load is a failure, and a run in which nothing passed is one', () => {
  expect(sum(false, on(results(1, 0, 1))).ok).toBe(false);
  expect(sum(false, on(results(0, 0))).ok).toBe(false);
  expect(sum(false, on(results(1, 0))).ok).toBe(true);
});

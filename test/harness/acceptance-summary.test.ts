import { summarize, type BackendRun, type JestResults } from '../acceptance/summary';

const fake: BackendRun = { backend: { name: 'fake EC2', kind: 'fake' }, how: 'here' };
const missing: BackendRun = { name: 'LocalStack', notRun: 'there is no Python 3.13' };
const results = (...statuses: string[]): JestResults => ({
  numPassedTests: statuses.filter((s) => s === 'passed').length,
  numFailedTests: statuses.filter((s) => s === 'failed').length,
  numRuntimeErrorTestSuites: 0,
  testResults: [{ assertionResults: statuses.map((status) => ({ ancestorTitles: ['x, on fake EC2'], status })) }],
});
const run = { terraform: 'terraform 1.11.4', seconds: 61.2 };
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

test('counts per backend, and the last line alone', () => {
  const { text, ok } = summarize({ ...run, runs: [fake], results: results('passed', 'passed', 'failed'), ci: false });
  expect(ok).toBe(false);
  expect(text).toContain('fake EC2: 2 passed, 1 failed (here)');
  expect(lastLine(text)).toBe('2 passed, 1 failed');
});

test('a backend that did not run is loud, and a failure in CI', () => {
  const at = (ci: boolean) => summarize({ ...run, runs: [fake, missing], results: results('passed'), ci });
  expect(at(false).text).toContain('LocalStack was NOT RUN: there is no Python 3.13');
  expect(at(false).ok).toBe(true);
  expect(at(true).ok).toBe(false);
  expect(lastLine(at(true).text)).toBe('1 passed, 1 failed');
});

test('a test file that does not load is a failure, and a run in which nothing passed is none', () => {
  const broken = { ...results('passed'), numRuntimeErrorTestSuites: 1 };
  expect(summarize({ ...run, runs: [fake], results: broken, ci: false }).ok).toBe(false);
  expect(summarize({ ...run, runs: [fake], results: results(), ci: false }).ok).toBe(false);
});

import { batch } from './batch';
import { Coverage } from './coverage';
import { production } from './production/daemon';
import { REGRESSIONS } from './regressions';
import { run } from './run';
import { useLightAbort } from './world/light-abort';
import { outsideMicrotasks } from './world/microtasks';

let restore: () => void;
beforeAll(() => {
  restore = useLightAbort();
});
afterAll(() => restore());

const SEEDS = 800;

it(`keeps every invariant on ${SEEDS} seeds`, async () => {
  const coverage = new Coverage();
  const failures: unknown[] = [];
  for (let from = 1; from <= SEEDS; from += 100) {
    const result = await outsideMicrotasks(() => batch(from, 100, production));
    coverage.add(result.coverage);
    failures.push(...result.failures);
  }
  expect(failures).toEqual([]);
  // The rarest take more seeds than these: `npm run simulate` demands each. Most must have been met here.
  expect(coverage.missing([]).length).toBeLessThanOrEqual(1);
  expect(Object.keys(coverage.transitions).length).toBeGreaterThanOrEqual(16);
}, 180_000);

it.each(REGRESSIONS)('$what', async ({ scenario }) => {
  expect(await outsideMicrotasks(() => run(scenario, production).violation)).toBeNull();
});

it('plays the same seed the same way', async () => {
  const twice = await outsideMicrotasks(() => [batch(7, 5, production), batch(7, 5, production)]);
  expect(twice[1]).toEqual(twice[0]);
});

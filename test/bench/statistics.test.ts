import { quantile, summary } from './statistics';

test('quantiles by nearest rank', () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  expect([quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1), quantile(values, 0)]).toEqual([
    100, 198, 200, 1,
  ]);
  expect(quantile([], 0.5)).toBeNaN();
  expect(summary([1.005, 3, 2])).toEqual({ median: 2, p99: 3 });
});

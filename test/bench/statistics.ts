/** The value below or at which that share (0 to 1) of the values lie, by nearest rank. NaN without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** Median and 99th percentile, rounded to hundredths. */
export function summary(values: readonly number[]): { median: number; p99: number } {
  return { median: hundredths(quantile(values, 0.5)), p99: hundredths(quantile(values, 0.99)) };
}

export const hundredths = (value: number): number => Math.round(value * 100) / 100;

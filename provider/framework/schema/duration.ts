const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const DURATION =
  /^(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h)(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))*$/;
const PART = /([0-9.]+)(ns|us|µs|μs|ms|s|m|h)/g;

/** What Go's 64 bits of nanoseconds hold. */
const MAX_MS = 2 ** 63 / 1e6;

/**
 * Milliseconds in a duration as Go and Terraform write it: `30s`, `1.5h`, `2h45m`, `0`. Null when the text is none; a
 * sign is not allowed, for no setting here could use it.
 */
export function parseDuration(text: string): number | null {
  if (text === '0') return 0;
  if (text.length > 100 || !DURATION.test(text)) return null;
  let ms = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(PART)) ms += Number(amount) * (UNIT_MS[unit] ?? NaN);
  return ms <= MAX_MS ? ms : null;
}

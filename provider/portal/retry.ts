/** The longest wait that a server's `Retry-After` is granted, in milliseconds. */
const MOST_RETRY_AFTER = 60_000;

/** The `Retry-After` header (seconds or an HTTP date) in milliseconds from `now`; null when absent or not understood. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const ms = /^\s*\d{1,9}\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MOST_RETRY_AFTER) : null;
}

/** The wait before attempt `attempt` (1 is the first repetition): doubling from `first` to `most`, each between half and whole. */
export function backoffMs(attempt: number, first: number, most: number, random: () => number): number {
  const whole = Math.min(most, first * 2 ** (attempt - 1));
  return whole / 2 + (whole / 2) * random();
}

import type { Timing } from './types';

/**
 * The defaults. One look each 65 s is 55 describing calls an hour for a node at rest; a lifetime of 5 s refreshed each
 * second survives the worst pause of a starved process that was measured (2 s) with room.
 */
export const DEFAULT_TIMING: Timing = {
  lifetimeSeconds: 5,
  refreshMs: 1000,
  lookMs: 65_000,
  agreeMs: 2000,
  watchMs: 15_000,
  ec2TimeoutMs: 5000,
  osTimeoutMs: 5000,
  disconnectMs: 300,
  ledgerTimeoutMs: 5000,
  backoffBaseMs: 500,
  backoffMaxMs: 30_000,
  askAPersonMs: 600_000,
  stopMs: 10_000,
};

/** What follows from the Cluster Timeout: a frozen holder has lost its addresses before the standby claims them. */
export function timingOf(clusterTimeoutMs: number): Pick<Timing, 'lifetimeSeconds' | 'refreshMs'> {
  const lifetimeSeconds = Math.min(Math.max(Math.floor(clusterTimeoutMs / 1000) - 1, 2), 5);
  return { lifetimeSeconds, refreshMs: lifetimeSeconds <= 3 ? 500 : 1000 };
}

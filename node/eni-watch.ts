import type { Imds } from './cloud';
import type { Clock } from './reconciler/ports';

/** How often the metadata is read. It costs nothing and is not throttled at this rate, unlike a Describe. */
const EVERY_MS = 5000;
/** How often while it does not answer: this host may have none. */
const SILENT_MS = 60_000;

/** What {@link watchEnis} is made of. */
export interface EniWatchOptions {
  imds: Pick<Imds, 'get'>;
  clock: Pick<Clock, 'sleep'>;
  /** The MAC addresses of the NICs to watch, now. */
  macs: () => readonly string[];
  /** The addresses of an ENI have changed, by us or by somebody else. */
  onChange: () => void;
  signal: AbortSignal;
}

/**
 * Reads from the instance metadata which addresses each ENI has, and tells when that changes, so that what somebody removed
 * by hand is missed within seconds rather than at the next routine look. A hint only: the metadata may lag, and what is done
 * about it is decided on what EC2 answers. Resolves when `signal` aborts.
 */
export async function watchEnis({ imds, clock, macs, onChange, signal }: EniWatchOptions): Promise<void> {
  const seen = new Map<string, string>();
  while (!signal.aborted) {
    let changed = false;
    let answered = false;
    for (const mac of macs()) {
      const addresses = await imds.get(`network/interfaces/macs/${mac}/local-ipv4s`).catch(() => null);
      if (addresses === null) continue;
      answered = true;
      const now = addresses.trim().split(/\s+/).sort().join(' ');
      changed ||= seen.has(mac) && seen.get(mac) !== now;
      seen.set(mac, now);
    }
    if (changed) onChange();
    await clock.sleep(answered || macs().length === 0 ? EVERY_MS : SILENT_MS, signal);
  }
}

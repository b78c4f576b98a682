import type { Clock, HolderPort } from '../cluster/ports';
import type { Takeover } from '../cluster/events';
import type { OsPort } from '../reconciler/ports';
import type { Tally } from '../metrics/tally';

/** How far a takeover by this node has come; milliseconds since its decision. See `Failover.phasesMs`. */
export interface TakeoverPhases {
  detected?: number;
  claimed?: number;
  bound?: number;
  verified?: number;
}

/** Measures takeovers by this node. */
export interface TakeoverTimer {
  /** A claim was decided now. */
  begin(): void;
  /** The claim came to nothing, or the addresses were given up. */
  cancel(): void;
  /** EC2 has confirmed it. */
  tookOver(takeover: Takeover): void;
  /** The phases of the newest takeover so far. */
  phases(): TakeoverPhases;
  stop(): void;
}

/** What is needed to measure. */
export interface TakeoverTimerOptions {
  clock: Pick<Clock, 'now'>;
  holder: Pick<HolderPort, 'facts' | 'onFacts'>;
  /** The addresses wanted now. */
  wanted: () => readonly string[];
  tally: Pick<Tally, 'phase' | 'failover'>;
  binds: BindNotes;
}

export function createTakeoverTimer({ clock, holder, wanted, tally, binds }: TakeoverTimerOptions): TakeoverTimer {
  let decidedAt: number | null = null;
  let claimedAt: number | null = null;
  let phases: TakeoverPhases = {};
  const bound = new Set<string>();
  const measure = (phase: 'bound' | 'verified') => {
    if (decidedAt === null || phases[phase] !== undefined) return;
    phases[phase] = clock.now() - decidedAt;
    tally.phase(phase, phases[phase]);
  };
  const stops = [
    binds.onBound((addresses) => {
      if (decidedAt === null) return;
      for (const address of addresses) bound.add(address);
      const all = wanted();
      if (all.length > 0 && all.every((address) => bound.has(address))) measure('bound');
    }),
    holder.onFacts(() => {
      const { held, lookedAt, wanted: count } = holder.facts();
      if (claimedAt === null || count === 0 || lookedAt === null) return;
      if (held === 'all' && lookedAt >= claimedAt) measure('verified');
    }),
  ];
  return {
    begin() {
      decidedAt = clock.now();
      claimedAt = null;
      phases = {};
      bound.clear();
    },
    cancel() {
      decidedAt = null;
      claimedAt = null;
    },
    tookOver({ cause, silentMs, decidedAt: at, confirmedAt }) {
      tally.failover(cause);
      // Only silence is measured from a moment both know of.
      if (cause === 'silence') {
        phases.detected = silentMs;
        tally.phase('detected', silentMs);
      }
      if (wanted().length === 0) return;
      claimedAt = confirmedAt;
      phases.claimed = confirmedAt - at;
      tally.phase('claimed', phases.claimed);
    },
    phases: () => ({ ...phases }),
    stop: () => stops.forEach((stop) => stop()),
  };
}

/** Tells when addresses have been bound. */
export interface BindNotes {
  onBound(listener: (addresses: readonly string[]) => void): () => void;
}

/** The same port, and who wants to know what it has bound. */
export function noteBinds<T extends OsPort>(os: T): { os: T; binds: BindNotes } {
  const listeners = new Set<(addresses: readonly string[]) => void>();
  const bind: OsPort['bind'] = async (bindings) => {
    await os.bind(bindings);
    for (const listener of listeners) listener(bindings.map(({ address }) => address));
  };
  return {
    // Methods of the port may use `this`: only `bind` is replaced.
    os: Object.assign(Object.create(os) as T, { bind }),
    binds: {
      onBound(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
  };
}

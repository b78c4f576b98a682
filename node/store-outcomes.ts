import type { Clock } from './reconciler/ports';
import type { ReconcilerEvent } from './reconciler/types';
import type { ConfigStore } from './store/config-store';

/** What could not be stored is tried again after this. */
const RETRY_MS = 5000;
/** How often unconfirmed NICs are compared with those the reconciler has anything to do with. */
const SETTLE_MS = 1000;

/** What {@link storeOutcomes} needs. */
export interface OutcomeSources {
  store: Pick<ConfigStore, 'current' | 'confirm' | 'revert' | 'onChange'>;
  clock: Pick<Clock, 'sleep'>;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, data?: object) => void;
  /** Aborts when the daemon stops. */
  ends: AbortSignal;
  /** EC2 says that the ENI behind a NIC is gone. */
  onEniMissing: (nic: string) => void;
}

/** Turns what the reconciler reports into confirmations and puttings back in the store. */
export interface OutcomeWriter {
  onEvent(event: ReconcilerEvent): void;
  /** Confirms NICs that the reconciler has nothing to do with (`judged` names the others); returns the way to stop. */
  settleWith(judged: () => readonly string[]): () => void;
}

/** Makes the writer. A disk that is full for a while delays outcomes, it loses none. */
export function storeOutcomes({ store, clock, log, ends, onEniMissing }: OutcomeSources): OutcomeWriter {
  const persist = async (what: string, change: () => Promise<unknown>): Promise<void> => {
    while (!ends.aborted) {
      try {
        await change();
        return;
      } catch (error) {
        log('error', `cannot store ${what}; trying again`, { error: String(error) });
        await clock.sleep(RETRY_MS, ends);
      }
    }
  };
  const confirm = (nic: string, version: number) =>
    void persist(`that ${nic} is applied`, () => store.confirm(nic, version));

  return {
    onEvent(event) {
      switch (event.type) {
        case 'applied':
          log('info', `${event.nic}: ${event.address ?? 'no cluster IP'} is applied`, { version: event.version });
          confirm(event.nic, event.version);
          return;
        case 'refused': {
          const { nic, version, address, code, message } = event;
          log('error', message, { nic, version, address, code });
          void persist(`the refusal of ${address}`, () => store.revert({ nic, version, address, code, message }));
          return;
        }
        case 'failing':
          log('warn', event.problem.message, { nic: event.nic, version: event.version, code: event.problem.code });
          if (event.problem.code === 'eni-missing') onEniMissing(event.nic);
          return;
        case 'log':
          log(event.level, event.message, event.data);
      }
    },
    settleWith(judged) {
      const settle = () => {
        const { pending } = store.current();
        if (pending.size === 0) return;
        const busy = new Set(judged());
        // Nothing of ours is wanted or left on such a NIC: there is nothing to apply.
        for (const [nic, version] of pending) if (!busy.has(nic)) confirm(nic, version);
      };
      const stop = store.onChange(settle);
      const timer = setInterval(settle, SETTLE_MS).unref();
      return () => {
        stop();
        clearInterval(timer);
      };
    },
  };
}

import type { SessionName } from './clients/event';
import type { LabEvent } from './events';

/** What became of one client's connection. */
export interface SessionFate {
  /**
   * `kept`: it still carries data. `reset`: the client was told, and can connect anew. `reset-late`: only when it spoke.
   * `hangs`: it was told nothing, and gets no answer. `back`: connected anew (the listener).
   */
  outcome: 'kept' | 'reset' | 'reset-late' | 'hangs' | 'back' | 'never-opened';
  /** Milliseconds from the fault to the reset, or until it was back; of a kept one the longest silence. Null where there is none. */
  ms: number | null;
}

export type Fates = Partial<Record<SessionName, SessionFate>>;

type SessionEvent = Extract<LabEvent, { kind: 'session' }>;

/**
 * Tells the fate of each connection that stood when the fault came. `poked` is when every client was made to speak, to see
 * what still lives.
 */
export function fatesOf(
  events: readonly LabEvent[],
  clients: readonly SessionName[],
  moments: { fault: number; poked: number },
): Fates {
  const sessions = events.filter((event): event is SessionEvent => event.kind === 'session');
  const of = (client: SessionName) =>
    fateOf(
      client,
      sessions.filter((event) => event.client === client),
      moments,
    );
  return Object.fromEntries(clients.map((client) => [client, of(client)]));
}

function fateOf(
  client: SessionName,
  events: readonly SessionEvent[],
  { fault, poked }: { fault: number; poked: number },
): SessionFate {
  if (!events.some(({ what, at }) => what === 'open' && at < fault)) return { outcome: 'never-opened', ms: null };
  const after = events.filter(({ at }) => at >= fault);
  const end = after.find(({ what }) => what === 'end');
  if (client === 'listener') {
    if (!end) return { outcome: 'kept', ms: null };
    const last = after.findLast(({ what }) => what !== 'data');
    const first = after.find(({ what }) => what === 'open');
    return last?.what === 'open' && first ? { outcome: 'back', ms: first.at - fault } : { outcome: 'hangs', ms: null };
  }
  if (end) return end.at < poked ? { outcome: 'reset', ms: end.at - fault } : { outcome: 'reset-late', ms: null };
  const heard = after.filter(({ what }) => what === 'data').map(({ at }) => at);
  if (!heard.some((at) => at >= poked)) return { outcome: 'hangs', ms: null };
  return { outcome: 'kept', ms: client.endsWith('chat') ? longestSilence([fault, ...heard]) : null };
}

const longestSilence = (moments: readonly number[]) =>
  Math.max(0, ...moments.slice(1).map((moment, i) => moment - moments[i]!));

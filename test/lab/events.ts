import type { Attempt, ClientEvent, SessionName } from './clients/event';
import type { GatewayName } from './network/plan';

/** Something that happened to the lab, at a moment of clock.ts. */
export type LabEvent = { at: number } & (
  | { kind: 'fault'; text: string }
  | { kind: 'eni'; gateway: GatewayName; addresses: readonly string[] }
  | { kind: 'nic'; gateway: GatewayName; address: string; bound: boolean }
  | { kind: 'call'; gateway: GatewayName; action: string; began: number; status: number }
  /** A member has come to a phase; an empty one: its daemon has ended. */
  | { kind: 'role'; gateway: GatewayName; role: string }
  | { kind: 'session'; client: SessionName; what: 'open' | 'data' | 'end'; detail: string }
);

/** Everything that happened since it was last cleared. */
export class Recorder {
  events: LabEvent[] = [];
  readonly attempts = new Map<string, Attempt[]>();

  note(event: LabEvent): void {
    this.events.push(event);
  }

  client(event: ClientEvent): void {
    switch (event.kind) {
      case 'ready':
        return;
      case 'attempts': {
        const list = this.attempts.get(event.client) ?? [];
        for (const [began, ended, by, failure] of event.attempts) {
          list.push({ began, ended, by, failure: failure ?? null });
        }
        this.attempts.set(event.client, list);
        return;
      }
      case 'session': {
        const { client, at, what } = event;
        const detail = event.what === 'open' ? event.by : event.what === 'end' ? event.how : '';
        this.note({ kind: 'session', client, at, what, detail });
      }
    }
  }

  clear(): void {
    this.events = [];
    this.attempts.clear();
  }
}

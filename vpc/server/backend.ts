import type { IncomingHttpHeaders } from 'node:http';
import type { VpcState } from '../rules/state';

/** Which state a reading call shall see. */
export type View = { kind: 'now' } | { kind: 'age'; ms: number } | { kind: 'before-last-change' };

/** A call that was authorized. */
export interface Call {
  action: string;
  /** The form as sent. */
  form: string;
  headers: IncomingHttpHeaders;
  byAdministrator: boolean;
  view: View;
}

/** An answer on the wire. */
export interface WireAnswer {
  status: number;
  contentType: string;
  body: string | Buffer;
  /** AWS's code and message when it is a refusal. */
  error?: { code: string; message: string };
}

/** What keeps the resources: the fake's memory, or an upstream behind the rules. */
export interface Backend {
  readonly kind: 'fake' | 'proxy';
  readonly region: string;
  readonly account: string;
  state(view: View): Promise<VpcState>;
  /** Carries out a call; throws a Refusal when AWS would refuse it. */
  perform(call: Call): Promise<WireAnswer>;
  /** Calls `listener` with the state and with each new one, before the call that made it is answered; null where the state is kept elsewhere. */
  readonly onState: ((listener: (state: VpcState) => void) => () => void) | null;
  reset(): Promise<void>;
}

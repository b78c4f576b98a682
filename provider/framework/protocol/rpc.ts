import type { Message } from './message';

/** One remote procedure of a service, as the .proto declares it. A request is always one message. */
export type Rpc<Req, Res> = UnaryRpc<Req, Res> | StreamRpc<Req, Res>;

/** A procedure that answers with one message. */
export interface UnaryRpc<Req, Res> {
  readonly kind: 'unary';
  /** gRPC path: `/tfplugin6.Provider/PlanResourceChange`. */
  readonly path: string;
  readonly request: Message<Req>;
  readonly response: Message<Res>;
}

/** A procedure that answers with any number of messages. */
export interface StreamRpc<Req, Res> {
  readonly kind: 'stream';
  readonly path: string;
  readonly request: Message<Req>;
  readonly response: Message<Res>;
}

export function unary<Req, Res>(path: string, request: Message<Req>, response: Message<Res>): UnaryRpc<Req, Res> {
  return { kind: 'unary', path, request, response };
}

export function stream<Req, Res>(path: string, request: Message<Req>, response: Message<Res>): StreamRpc<Req, Res> {
  return { kind: 'stream', path, request, response };
}

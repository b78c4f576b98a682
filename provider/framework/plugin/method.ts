import type { Init, Message } from '../protocol/message';
import type { StreamRpc, UnaryRpc } from '../protocol/rpc';
import type { Logger } from './logger';

/** What a handler knows of the call it answers. */
export interface CallContext {
  /**
   * Aborts when nobody waits for the answer any more (call cancelled, connection closed) and when the user asked to stop: then the
   * answer is still read, and should say what was and what was not done. `signal.reason` is an `Error` that says which.
   */
  readonly signal: AbortSignal;
  /** Identity of the connection: the key of state that belongs to one configured provider (`WeakMap`). */
  readonly connection: object;
  readonly log: Logger;
  /** Aborts the signal of every other call in flight on this connection: the user wants to stop. */
  readonly stop: () => void;
}

/** A remote procedure with the code that answers it. Make them with {@link unaryMethod} and {@link streamMethod}. */
export type Method = UnaryMethod | StreamMethod;

export interface UnaryMethod<Req = unknown, Res = unknown> {
  readonly request: Message<Req>;
  readonly response: Message<Res>;
  /** A rejection becomes a gRPC error, which Terraform shows as a bug of the plugin: what can go wrong belongs in diagnostics. */
  handle(request: Req, context: CallContext): Promise<Init<Res>>;
}

export interface StreamMethod<Req = unknown, Res = unknown> {
  readonly request: Message<Req>;
  readonly response: Message<Res>;
  /** Is not asked for the next message before the client took the last. */
  stream(request: Req, context: CallContext): AsyncIterable<Init<Res>>;
}

/** An entry for the map of methods: `new Map([unaryMethod(Provider.ReadResource, async (request, ctx) => …), …])`. */
export function unaryMethod<Req, Res>(
  rpc: UnaryRpc<Req, Res>,
  handle: (request: Req, context: CallContext) => Promise<Init<Res>>,
): [path: string, method: Method] {
  const method: UnaryMethod<Req, Res> = { request: rpc.request, response: rpc.response, handle };
  return [rpc.path, method];
}

/** As {@link unaryMethod}, for a procedure that answers with a stream. */
export function streamMethod<Req, Res>(
  rpc: StreamRpc<Req, Res>,
  stream: (request: Req, context: CallContext) => AsyncIterable<Init<Res>>,
): [path: string, method: Method] {
  const method: StreamMethod<Req, Res> = { request: rpc.request, response: rpc.response, stream };
  return [rpc.path, method];
}

import { constants, type ServerHttp2Stream } from 'node:http2';
import { WireError } from '../protocol/wire-error';
import { CallGone, frame, readMessage, tooLarge } from './frame';
import type { CallContext, Method, StreamMethod } from './method';
import { encodeStatusMessage, GrpcError, Status } from './status';

/** The request of `stream`, answered by `method`. Settles when the answer is out of hand; never rejects. */
export async function answer(
  stream: ServerHttp2Stream,
  method: Method,
  context: CallContext,
  maxBytes: number,
): Promise<void> {
  try {
    const request = decode(method, await readMessage(stream, maxBytes));
    if ('stream' in method) await sendAll(stream, method, request, context, maxBytes);
    else sendOne(stream, encode(method, await method.handle(request, context), maxBytes));
  } catch (error) {
    if (error instanceof CallGone) return;
    const refusal = asGrpcError(error, context);
    fail(stream, refusal.status, refusal.message);
  }
}

/** Ends the call with an error. */
export function fail(stream: ServerHttp2Stream, status: Status, message: string): void {
  if (stream.destroyed || stream.closed) return;
  const outcome = { 'grpc-status': String(status), 'grpc-message': encodeStatusMessage(message) };
  if (stream.headersSent) {
    stream.once('wantTrailers', () => stream.sendTrailers(outcome));
    stream.end();
    return;
  }
  stream.once('finish', () => stopReading(stream));
  stream.respond({ ...HEADERS, ...outcome }, { endStream: true });
}

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };

function decode(method: Method, bytes: Uint8Array): unknown {
  try {
    return method.request.decode(bytes);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new GrpcError(Status.internal, `The request cannot be read: ${error.message}.`);
  }
}

function encode(method: Method, response: object, maxBytes: number): Buffer {
  const bytes = method.response.encode(response);
  if (bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes);
  return frame(bytes);
}

function sendOne(stream: ServerHttp2Stream, message: Buffer): void {
  if (stream.destroyed || stream.closed) return;
  start(stream);
  endWell(stream, message);
}

async function sendAll(
  stream: ServerHttp2Stream,
  method: StreamMethod,
  request: unknown,
  context: CallContext,
  maxBytes: number,
): Promise<void> {
  start(stream);
  for await (const response of method.stream(request, context)) {
    if (stream.destroyed || stream.closed) return;
    if (!stream.write(encode(method, response, maxBytes))) await drained(stream);
  }
  if (!stream.destroyed && !stream.closed) endWell(stream);
}

function start(stream: ServerHttp2Stream): void {
  stream.respond(HEADERS, { waitForTrailers: true });
}

function endWell(stream: ServerHttp2Stream, last?: Buffer): void {
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(Status.ok) }));
  stream.end(last);
}

function drained(stream: ServerHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
}

/** A client may go on sending a request that was refused: it is told not to. */
function stopReading(stream: ServerHttp2Stream): void {
  if (!stream.readableEnded && !stream.destroyed) stream.close(constants.NGHTTP2_NO_ERROR);
}

function asGrpcError(error: unknown, context: CallContext): GrpcError {
  if (error instanceof GrpcError) return error;
  if (context.signal.aborted && error === context.signal.reason) {
    return new GrpcError(Status.cancelled, error instanceof Error ? error.message : 'The call was cancelled.');
  }
  context.log.error('a call failed unexpectedly', () => ({ error }));
  return new GrpcError(Status.unknown, error instanceof Error ? error.message : String(error));
}

import type { Readable } from 'node:stream';
import { GrpcError, Status } from './status';

/** One byte that says whether the message is compressed, four for its length. */
const HEADER = 5;

/** The client hung up before its request was complete. */
export class CallGone extends Error {
  override name = 'CallGone';
}

/** `message` as gRPC sends it: not compressed. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(HEADER + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, HEADER);
  return framed;
}

/**
 * Reads the one message of a request. Rejects with {@link GrpcError} if it is not one uncompressed message of at most `maxBytes`, as
 * soon as that is known, and with {@link CallGone} if the client goes away. Memory is taken by what arrives, not by what is announced.
 */
export function readMessage(stream: Readable, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let received = 0;
    let expected: number | undefined;

    const fail = (error: Error) => {
      stream.off('data', onData);
      stream.resume();
      chunks = [];
      reject(error);
    };
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      received += chunk.length;
      if (expected === undefined && received >= HEADER) {
        const header = chunks.length === 1 ? chunk : Buffer.concat(chunks);
        const length = header.readUInt32BE(1);
        if (header[0] !== 0)
          fail(
            new GrpcError(Status.unimplemented, 'Compressed messages are not supported: send grpc-encoding identity.'),
          );
        else if (length > maxBytes) fail(tooLarge(length, maxBytes));
        else expected = HEADER + length;
      }
      if (expected !== undefined && received > expected)
        fail(new GrpcError(Status.internal, 'The request holds more than one message.'));
    };
    stream.on('data', onData);
    stream.once('end', () => {
      if (received === expected) resolve(Buffer.concat(chunks).subarray(HEADER));
      else fail(new GrpcError(Status.internal, `The request ends after ${received} bytes, inside its message.`));
    });
    stream.once('close', () => reject(new CallGone('the client closed the call before its request was complete')));
  });
}

/** The error for a message over the limit, in either direction. */
export function tooLarge(bytes: number, maxBytes: number): GrpcError {
  return new GrpcError(Status.resourceExhausted, `A message of ${bytes} bytes is over the limit of ${maxBytes} bytes.`);
}

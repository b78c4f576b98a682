import { MAX_DOCUMENT_BYTES, MAX_HEARTBEAT_BYTES, MAX_HELLO_BYTES } from './limits';

/** What a frame holds, as its first byte says; the next three are the length of the JSON that follows, big-endian. */
export const FRAME_KINDS = { hello: 1, heartbeat: 2, document: 3, refused: 4 } as const;
/** See {@link FRAME_KINDS}. */
export type FrameKind = keyof typeof FRAME_KINDS;

export const HEADER_BYTES = 4;

const MAX_BYTES: Record<FrameKind, number> = {
  hello: MAX_HELLO_BYTES,
  heartbeat: MAX_HEARTBEAT_BYTES,
  document: MAX_DOCUMENT_BYTES,
  refused: MAX_HELLO_BYTES,
};
const KIND_OF = new Map<number, FrameKind>(
  Object.entries(FRAME_KINDS).map(([kind, byte]) => [byte, kind as FrameKind]),
);
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** One decoded frame. */
export interface Frame {
  kind: FrameKind;
  body: unknown;
}

/** What came is no frame, or too large a one: the connection cannot go on. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  constructor(
    readonly code: 'garbage' | 'oversize',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The bytes of one frame. Throws a FrameError `oversize` when the body is larger than its kind may be. */
export function encodeFrame(kind: FrameKind, body: unknown): Buffer {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  if (length > MAX_BYTES[kind]) throw tooLarge(kind, length);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  frame.writeUInt8(FRAME_KINDS[kind], 0);
  frame.writeUIntBE(length, 1, 3);
  frame.write(text, HEADER_BYTES);
  return frame;
}

/** Cuts a stream of bytes into frames, in whatever pieces it comes; holds one incomplete frame at most. */
export class FrameDecoder {
  private readonly header = Buffer.alloc(HEADER_BYTES);
  private headerFilled = 0;
  private body: Buffer | null = null;
  private bodyFilled = 0;
  private kind: FrameKind = 'hello';

  /** `expects` says which kinds may come now; it is asked at each header. */
  constructor(private readonly expects: (kind: FrameKind) => boolean) {}

  /** Calls `onFrame` with each frame that `chunk` completes, until it answers false. Throws a FrameError. */
  push(chunk: Uint8Array, onFrame: (frame: Frame) => boolean): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.body === null) {
        const end = Math.min(chunk.length, at + HEADER_BYTES - this.headerFilled);
        this.header.set(chunk.subarray(at, end), this.headerFilled);
        this.headerFilled += end - at;
        at = end;
        if (this.headerFilled < HEADER_BYTES) return;
        this.begin();
        continue;
      }
      const end = Math.min(chunk.length, at + this.body.length - this.bodyFilled);
      this.body.set(chunk.subarray(at, end), this.bodyFilled);
      this.bodyFilled += end - at;
      at = end;
      if (this.bodyFilled < this.body.length) return;
      const frame = { kind: this.kind, body: decode(this.kind, this.body) };
      this.body = null;
      this.headerFilled = 0;
      if (!onFrame(frame)) return;
    }
  }

  private begin(): void {
    const byte = this.header.readUInt8(0);
    const length = this.header.readUIntBE(1, 3);
    const kind = KIND_OF.get(byte);
    if (kind === undefined) throw new FrameError('garbage', `a frame of kind ${byte}, which there is not`);
    if (!this.expects(kind)) throw new FrameError('garbage', `a ${kind} frame where none may come`);
    if (length > MAX_BYTES[kind]) throw tooLarge(kind, length);
    if (length === 0) throw new FrameError('garbage', `an empty ${kind} frame`);
    this.kind = kind;
    this.body = Buffer.allocUnsafe(length);
    this.bodyFilled = 0;
  }
}

function decode(kind: FrameKind, bytes: Buffer): unknown {
  try {
    return JSON.parse(UTF8.decode(bytes));
  } catch (cause) {
    throw new FrameError('garbage', `a ${kind} frame that is no JSON`, { cause });
  }
}

const tooLarge = (kind: FrameKind, length: number) =>
  new FrameError('oversize', `a ${kind} frame of ${length} bytes; at most ${MAX_BYTES[kind]} are taken`);

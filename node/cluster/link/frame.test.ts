import * as fc from 'fast-check';
import { encodeFrame, type Frame, FRAME_KINDS, FrameDecoder, FrameError, type FrameKind } from './frame';
import { MAX_DOCUMENT_BYTES, MAX_HEARTBEAT_BYTES } from './limits';

const kinds = Object.keys(FRAME_KINDS) as FrameKind[];
const frames = fc.array(fc.record({ kind: fc.constantFrom(...kinds), body: fc.jsonValue() }), { maxLength: 6 });

/** `bytes` in pieces of these sizes, and the rest. */
function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

const decode = (chunks: Iterable<Uint8Array>, expects: (kind: FrameKind) => boolean = () => true): Frame[] => {
  const decoder = new FrameDecoder(expects);
  const found: Frame[] = [];
  for (const chunk of chunks) decoder.push(chunk, (frame) => found.push(frame) > 0);
  return found;
};

test('what is encoded comes out, in whatever pieces it arrives', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat(40), { maxLength: 60 }), (sent, sizes) => {
      const bytes = Buffer.concat(sent.map(({ kind, body }) => encodeFrame(kind, body)));
      expect(decode(cut(bytes, sizes))).toEqual(JSON.parse(JSON.stringify(sent)));
    }),
  );
});

test('any bytes at all give frames or a FrameError, whether or not they begin well', () => {
  let failed = 0;
  fc.assert(
    fc.property(frames, fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(20)), (good, bad, sizes) => {
      const start = Buffer.concat(good.map(({ kind, body }) => encodeFrame(kind, body)));
      try {
        decode(cut(Buffer.concat([start, bad]), sizes));
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
        failed++;
      }
    }),
    { numRuns: 500 },
  );
  expect(failed).toBeGreaterThan(100); // most random bytes are no frames
});

test('a flipped bit gives another body or a FrameError, never more', () => {
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.jsonValue(), fc.nat(), (kind, body, bit) => {
      const bytes = encodeFrame(kind, body);
      const at = bit % (bytes.length * 8);
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
      try {
        expect(decode([bytes]).length).toBeLessThanOrEqual(1 + bytes.length / 5);
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
      }
    }),
  );
});

test('a length over the limit is refused at the header, before a byte of the body', () => {
  const header = (kind: FrameKind, length: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt8(FRAME_KINDS[kind], 0);
    bytes.writeUIntBE(length, 1, 3);
    return bytes;
  };
  expect(() => decode([header('heartbeat', MAX_HEARTBEAT_BYTES + 1)])).toThrow(
    /a heartbeat frame of 16385 bytes; at most 16384/,
  );
  expect(() => decode([header('document', MAX_DOCUMENT_BYTES + 1)])).toThrow(/at most 1048576/);
  expect(decode([header('heartbeat', MAX_HEARTBEAT_BYTES)])).toEqual([]);
  expect(() => decode([header('hello', 0)])).toThrow(/empty hello/);
});

test('a kind that may not come now is refused at the header', () => {
  const bytes = encodeFrame('document', {});
  expect(() => decode([bytes.subarray(0, 4)], (kind) => kind === 'hello')).toThrow(
    /a document frame where none may come/,
  );
});

test('bytes that are no UTF-8, or no JSON, are refused', () => {
  const frame = (body: Buffer) => Buffer.concat([Buffer.from([2, 0, 0, body.length]), body]);
  expect(() => decode([frame(Buffer.from([0x22, 0xff, 0x22]))])).toThrow(/no JSON/);
  expect(() => decode([frame(Buffer.from('{"a":'))])).toThrow(/no JSON/);
});

test('a body of the largest size is taken, one byte more is not sent', () => {
  const text = 'x'.repeat(MAX_DOCUMENT_BYTES - 2);
  expect(decode([encodeFrame('document', text)])).toEqual([{ kind: 'document', body: text }]);
  expect(() => encodeFrame('document', `${text}x`)).toThrow(FrameError);
});

test('decoding stops when the receiver has had enough', () => {
  const decoder = new FrameDecoder(() => true);
  const found: unknown[] = [];
  const bytes = Buffer.concat([1, 2, 3].map((n) => encodeFrame('document', n)));
  decoder.push(bytes, ({ body }) => found.push(body) < 2);
  expect(found).toEqual([1, 2]);
});

import { WireType } from './field';
import { WireError } from './wire-error';

/** Groups are no part of proto3, but an unknown field may be one. */
const MAX_GROUP_DEPTH = 100;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads protobuf's wire format. Every read is checked against the end; nothing is allocated by what a length claims. */
export class Reader {
  private at = 0;
  private readonly end: number;

  constructor(private readonly bytes: Uint8Array) {
    this.end = bytes.length;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  /** Field number times 8 plus wire type. */
  tag(): number {
    const tag = this.uint32();
    if (tag >>> 3 === 0) throw new WireError('field number 0');
    return tag;
  }

  /** A varint's low 32 bits, unsigned. */
  uint32(): number {
    const [low] = this.varint();
    return low;
  }

  int32(): number {
    return this.uint32() | 0;
  }

  bool(): boolean {
    const [low, high] = this.varint();
    return low !== 0 || high !== 0;
  }

  /** A varint of 64 bits as a signed number; refused where a number could not hold it exactly. */
  int64(): number {
    const [low, high] = this.varint();
    const value = (high | 0) * 0x1_0000_0000 + low;
    if (!Number.isSafeInteger(value))
      throw new WireError(`integer ${(BigInt(high | 0) << 32n) + BigInt(low)} is too large`);
    return value;
  }

  string(): string {
    const bytes = this.delimited();
    try {
      return utf8.decode(bytes);
    } catch {
      throw new WireError('text is not UTF-8');
    }
  }

  /** A view, not a copy. */
  delimited(): Uint8Array {
    const length = this.uint32();
    if (length > this.end - this.at) throw new WireError(`${length} bytes announced, ${this.end - this.at} left`);
    const start = this.at;
    this.at += length;
    return this.bytes.subarray(start, this.at);
  }

  /** Steps over the value of a field that nobody here knows. */
  skip(tag: number, depth = 0): void {
    switch (tag & 7) {
      case WireType.varint:
        this.varint();
        return;
      case WireType.fixed64:
        this.forward(8);
        return;
      case WireType.bytes:
        this.delimited();
        return;
      case WireType.fixed32:
        this.forward(4);
        return;
      case WireType.groupStart:
        this.skipGroup(tag >>> 3, depth);
        return;
      default:
        throw new WireError(`wire type ${tag & 7} where a value should be`);
    }
  }

  private skipGroup(no: number, depth: number): void {
    if (depth >= MAX_GROUP_DEPTH) throw new WireError(`groups nested more than ${MAX_GROUP_DEPTH} deep`);
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) !== WireType.groupEnd) this.skip(tag, depth + 1);
      else if (tag >>> 3 === no) return;
      else throw new WireError(`group ${no} is closed as ${tag >>> 3}`);
    }
  }

  private forward(count: number): void {
    if (count > this.end - this.at) throw new WireError(`${count} bytes expected, ${this.end - this.at} left`);
    this.at += count;
  }

  /** Low and high half of a varint of up to ten bytes, both unsigned. Bits beyond 64 are dropped, as protobuf does. */
  private varint(): readonly [number, number] {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw new WireError('the bytes end inside a number');
      this.at++;
      const seven = byte & 0x7f;
      if (shift < 28) low |= seven << shift;
      else if (shift === 28) {
        low |= seven << 28;
        high = seven >>> 4;
      } else if (shift < 63) high |= seven << (shift - 32);
      else high |= (seven & 1) << 31;
      if (byte < 0x80) return [low >>> 0, high >>> 0];
    }
    throw new WireError('a number of more than ten bytes');
  }
}

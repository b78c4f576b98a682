import { utf8Bytes } from '../utf8';

/** Writes msgpack item by item, each in its most compact form. Collections: the head, then their items. */
export class Writer {
  private bytes = new Uint8Array(256);
  private view = new DataView(this.bytes.buffer);
  private at = 0;

  /** What was written: a view that further writing would change. */
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  nil(): void {
    this.byte(0xc0);
  }

  bool(value: boolean): void {
    this.byte(value ? 0xc3 : 0xc2);
  }

  /** An integer from -2^63 to 2^63-1. */
  int(value: number | bigint): void {
    if (value >= -0x8000_0000 && value <= 0xffff_ffff) {
      this.smallInt(Number(value));
      return;
    }
    this.byte(value < 0 ? 0xd3 : 0xcf);
    const at = this.room(8);
    this.view.setBigInt64(at, BigInt(value));
  }

  float(value: number): void {
    this.byte(0xcb);
    const at = this.room(8);
    this.view.setFloat64(at, value);
  }

  str(text: string): void {
    const utf8 = utf8Bytes(text);
    if (utf8.length < 0x20) this.byte(0xa0 | utf8.length);
    else this.length(0xd9, utf8.length);
    this.raw(utf8);
  }

  bin(bytes: Uint8Array): void {
    this.length(0xc4, bytes.length);
    this.raw(bytes);
  }

  array(length: number): void {
    if (length < 0x10) this.byte(0x90 | length);
    else if (length < 0x1_0000) this.uint16(0xdc, length);
    else this.uint32(0xdd, length);
  }

  map(length: number): void {
    if (length < 0x10) this.byte(0x80 | length);
    else if (length < 0x1_0000) this.uint16(0xde, length);
    else this.uint32(0xdf, length);
  }

  /** Content without a head. */
  raw(bytes: Uint8Array): void {
    const at = this.room(bytes.length);
    this.bytes.set(bytes, at);
  }

  ext(code: number, payload: Uint8Array): void {
    const fixed = [1, 2, 4, 8, 16].indexOf(payload.length);
    if (fixed >= 0) this.byte(0xd4 + fixed);
    else this.length(0xc7, payload.length);
    this.byte(code);
    this.raw(payload);
  }

  private smallInt(value: number): void {
    if (value >= -0x20 && value < 0x80) this.byte(value & 0xff);
    else if (value >= 0) {
      if (value < 0x1_0000) this.length(0xcc, value);
      else this.uint32(0xce, value);
    } else if (value >= -0x80) {
      this.byte(0xd0);
      this.byte(value & 0xff);
    } else if (value >= -0x8000) this.uint16(0xd1, value & 0xffff);
    else this.uint32(0xd2, value >>> 0);
  }

  /** `first` and a length in one byte, or the next code and two, or the one after and four. */
  private length(first: number, length: number): void {
    if (length < 0x100) {
      this.byte(first);
      this.byte(length);
    } else if (length < 0x1_0000) this.uint16(first + 1, length);
    else this.uint32(first + 2, length);
  }

  private byte(value: number): void {
    const at = this.room(1);
    this.bytes[at] = value;
  }

  private uint16(code: number, value: number): void {
    this.byte(code);
    const at = this.room(2);
    this.view.setUint16(at, value);
  }

  private uint32(code: number, value: number): void {
    this.byte(code);
    const at = this.room(4);
    this.view.setUint32(at, value);
  }

  /** Where to write the next `length` bytes. Call it before reading `bytes` or `view`: it may replace both. */
  private room(length: number): number {
    const start = this.at;
    this.at = start + length;
    if (this.at > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.at, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    return start;
  }
}

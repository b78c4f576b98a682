/**
 * Writes protobuf's wire format from the end to the start, because a nested message's length stands before it and is known only
 * after it: so one pass does, without measuring first or copying after. Callers write fields in reverse.
 */
export class Writer {
  private buffer = Buffer.allocUnsafe(1024);
  private at = this.buffer.length;

  /** Bytes written so far. */
  get length(): number {
    return this.buffer.length - this.at;
  }

  finish(): Uint8Array {
    return this.buffer.subarray(this.at);
  }

  tag(no: number, wireType: number): void {
    this.varint(no * 8 + wireType);
  }

  /** A whole number from 0 to 2^53. */
  varint(value: number): void {
    let size = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
    let at = this.grow(size);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.buffer[at++] = (rest % 0x80) | 0x80;
    this.buffer[at] = rest;
  }

  /** Negative numbers take ten bytes: their two's complement in 64 bits. */
  int64(value: number): void {
    if (value >= 0) {
      this.varint(value);
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    let at = this.grow(10);
    for (; rest >= 0x80n; rest >>= 7n) this.buffer[at++] = Number(rest & 0x7fn) | 0x80;
    this.buffer[at] = Number(rest);
  }

  /** Length and text. */
  string(value: string): void {
    const length = Buffer.byteLength(value);
    const at = this.grow(length);
    this.buffer.write(value, at, length, 'utf8');
    this.varint(length);
  }

  /** Length and bytes. */
  bytes(value: Uint8Array): void {
    const at = this.grow(value.length);
    this.buffer.set(value, at);
    this.varint(value.length);
  }

  /** Makes room for `size` more bytes and returns where they start. */
  private grow(size: number): number {
    if (size > this.at) {
      const used = this.length;
      const bigger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, used + size));
      this.buffer.copy(bigger, bigger.length - used, this.at);
      this.buffer = bigger;
      this.at = bigger.length - used;
    }
    this.at -= size;
    return this.at;
  }
}

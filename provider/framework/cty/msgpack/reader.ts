import { utf8Text } from '../utf8';

/** What a message of one item is, before its content is read. Collections and blobs come with their length. */
export type Token =
  | { readonly kind: 'nil' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: number | bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'str' | 'bin' | 'array' | 'map'; readonly length: number }
  | { readonly kind: 'ext'; readonly code: number; readonly length: number };

const NIL: Token = { kind: 'nil' };
const TRUE: Token = { kind: 'bool', value: true };
const FALSE: Token = { kind: 'bool', value: false };

/** Reads msgpack item by item. Every method throws SyntaxError where the bytes end too early or are not msgpack. */
export class Reader {
  private at = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  /** The next item's head. A collection's length has been checked against the bytes left: it cannot make us allocate more. */
  token(): Token {
    const byte = this.uint(1);
    if (byte < 0x80) return { kind: 'int', value: byte };
    if (byte >= 0xe0) return { kind: 'int', value: byte - 0x100 };
    if (byte < 0x90) return this.sized('map', byte & 0x0f);
    if (byte < 0xa0) return this.sized('array', byte & 0x0f);
    if (byte < 0xc0) return this.sized('str', byte & 0x1f);
    switch (byte) {
      case 0xc0:
        return NIL;
      case 0xc2:
        return FALSE;
      case 0xc3:
        return TRUE;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.sized('bin', this.uint(1 << (byte - 0xc4)));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.ext(this.uint(1 << (byte - 0xc7)));
      case 0xca:
        return { kind: 'float', value: this.view.getFloat32(this.skip(4)) };
      case 0xcb:
        return { kind: 'float', value: this.view.getFloat64(this.skip(8)) };
      case 0xcc:
      case 0xcd:
      case 0xce:
        return { kind: 'int', value: this.uint(1 << (byte - 0xcc)) };
      case 0xcf:
        return { kind: 'int', value: this.view.getBigUint64(this.skip(8)) };
      case 0xd0:
        return { kind: 'int', value: this.view.getInt8(this.skip(1)) };
      case 0xd1:
        return { kind: 'int', value: this.view.getInt16(this.skip(2)) };
      case 0xd2:
        return { kind: 'int', value: this.view.getInt32(this.skip(4)) };
      case 0xd3:
        return { kind: 'int', value: this.view.getBigInt64(this.skip(8)) };
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.ext(1 << (byte - 0xd4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.sized('str', this.uint(1 << (byte - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.sized('array', this.uint(byte === 0xdc ? 2 : 4));
      case 0xde:
      case 0xdf:
        return this.sized('map', this.uint(byte === 0xde ? 2 : 4));
      default:
        throw new SyntaxError(`not msgpack: byte 0x${byte.toString(16)}`);
    }
  }

  /** The content of a `bin` or `ext` of that length: a view, not a copy. */
  take(length: number): Uint8Array {
    const start = this.skip(length);
    return this.bytes.subarray(start, start + length);
  }

  /** The content of a `str` of that length. */
  text(length: number): string {
    if (length > SHORT) return utf8Text(this.take(length));
    const start = this.skip(length);
    let text = '';
    for (let i = start; i < start + length; i++) {
      const code = this.view.getUint8(i);
      if (code >= 0x80) return utf8Text(this.bytes.subarray(start, start + length));
      text += String.fromCharCode(code);
    }
    return text;
  }

  private ext(length: number): Token {
    const code = this.view.getInt8(this.skip(1));
    if (length > this.bytes.length - this.at) throw new SyntaxError('msgpack ends too early');
    return { kind: 'ext', code, length };
  }

  private sized(kind: 'str' | 'bin' | 'array' | 'map', length: number): Token {
    const least = kind === 'map' ? 2 * length : length;
    if (least > this.bytes.length - this.at) throw new SyntaxError('msgpack ends too early');
    return { kind, length };
  }

  private uint(size: number): number {
    const start = this.skip(size);
    return size === 1
      ? this.view.getUint8(start)
      : size === 2
        ? this.view.getUint16(start)
        : this.view.getUint32(start);
  }

  private skip(length: number): number {
    const start = this.at;
    if (length > this.bytes.length - start) throw new SyntaxError('msgpack ends too early');
    this.at = start + length;
    return start;
  }
}

/** Up to here a loop over ASCII beats the call into TextDecoder. */
const SHORT = 32;

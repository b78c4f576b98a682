/** The few parts of ASN.1 DER that a certificate of ours is made of. Each function answers a complete element. */

export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
}

export const sequence = (...items: readonly Uint8Array[]): Buffer => element(0x30, ...items);
export const set = (...items: readonly Uint8Array[]): Buffer => element(0x31, ...items);
export const octetString = (...content: readonly Uint8Array[]): Buffer => element(0x04, ...content);
export const utf8String = (text: string): Buffer => element(0x0c, Buffer.from(text));
export const TRUE = element(0x01, Buffer.from([0xff]));

/** A BIT STRING whose last byte leaves `unused` bits unused. */
export const bitString = (bytes: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.from([unused]), bytes);

/** An INTEGER from bytes of which the first is neither 0 nor above 127: the shape is the caller's to keep. */
export const integer = (bytes: Uint8Array): Buffer => element(0x02, bytes);

/** GeneralizedTime, `YYYYMMDDHHMMSSZ`. */
export const time = (digits: string): Buffer => element(0x18, Buffer.from(digits));

/** UTCTime, `YYMMDDHHMMSSZ`: X.509 wants it for years before 2050. */
export const shortTime = (digits: string): Buffer => element(0x17, Buffer.from(digits));

/** An OBJECT IDENTIFIER from its dotted form; arcs below 128 after the first two, which is all we use. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest]));
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >>> 8, length & 0xff];
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The text of UTF-8 bytes.
 * @throws SyntaxError when they are not UTF-8, rather than replacing what is not.
 */
export function utf8Text(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new SyntaxError('not UTF-8', { cause });
  }
}

/**
 * The UTF-8 bytes of a text.
 * @throws SyntaxError when the text holds half a surrogate pair, which UTF-8 cannot.
 */
export function utf8Bytes(text: string): Uint8Array {
  if (LONE_SURROGATE.test(text)) throw new SyntaxError('not Unicode: it holds half a surrogate pair');
  return encoder.encode(text);
}

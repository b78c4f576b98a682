import { MAX_BODY_BYTES } from '@tg/api';

/** Deeper than any config; beyond it JSON would overflow a stack somewhere. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** A body that is not taken, with its HTTP status. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  constructor(
    readonly status: 400 | 413,
    message: string,
  ) {
    super(message);
  }
}

/** The JSON in a request's body. Rejects with a {@link BodyError}; never reads more than the limit. */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request);
  if (isTooDeep(text)) throw new BodyError(400, `the body is nested more than ${MAX_DEPTH} levels deep`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = text.trim() === '' ? 'it is empty' : error instanceof Error ? error.message : String(error);
    throw new BodyError(400, `the body is not JSON: ${reason}`);
  }
}

/** The body as it came. Rejects with a {@link BodyError} 413; never reads more than the limit. */
export async function readBytes(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new BodyError(413, `the body is larger than ${MAX_BODY_BYTES} bytes, the most this node takes`);
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream = (request.body ?? []) as AsyncIterable<Uint8Array> | [];
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readText(request: Request): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readBytes(request));
  } catch (error) {
    if (error instanceof BodyError) throw error;
    throw new BodyError(400, 'the body is not JSON: it is not UTF-8');
  }
}

/** Whether objects and arrays are nested deeper than the limit; one pass, without parsing. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth--;
  }
  return false;
}

/** JSON with its numbers as written: `JSON.parse` rounds integers beyond 2^53, and Node 20 cannot tell it not to. */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | { readonly [key: string]: Json };

/** A number's source text, such as `9007199254740993` or `1e3`. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** Deeper than any type that Terraform can express; a stack that input can exhaust would crash the process. */
const MAX_DEPTH = 200;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * Parses one JSON document. Objects have no prototype; of a key that comes twice the last counts, as everywhere.
 * @throws SyntaxError with the position.
 */
export function parseJson(text: string): Json {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

class Parser {
  private at = 0;
  constructor(private readonly text: string) {}

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw this.error(`nested more than ${MAX_DEPTH} deep`);
    switch (this.peek()) {
      case '{':
        return this.object(depth);
      case '[':
        return this.array(depth);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  end(): void {
    if (this.peek() !== '') throw this.error('something follows the value');
  }

  private object(depth: number): Json {
    const object = Object.create(null) as Record<string, Json>;
    this.at++;
    if (this.take('}')) return object;
    do {
      if (this.peek() !== '"') throw this.error('expected a key');
      const key = this.string();
      if (!this.take(':')) throw this.error('expected ":"');
      object[key] = this.value(depth + 1);
    } while (this.take(','));
    if (!this.take('}')) throw this.error('expected "," or "}"');
    return object;
  }

  private array(depth: number): Json {
    const array: Json[] = [];
    this.at++;
    if (this.take(']')) return array;
    do array.push(this.value(depth + 1));
    while (this.take(','));
    if (!this.take(']')) throw this.error('expected "," or "]"');
    return array;
  }

  private string(): string {
    const start = this.at;
    let plain = true;
    for (let i = start + 1; i < this.text.length; i++) {
      const code = this.text.charCodeAt(i);
      if (code === 0x22) {
        this.at = i + 1;
        return plain ? this.text.slice(start + 1, i) : this.unescape(this.text.slice(start, i + 1));
      }
      if (code < 0x20) break;
      if (code === 0x5c) {
        plain = false;
        i++;
      }
    }
    throw this.error('a string that does not end');
  }

  private unescape(literal: string): string {
    try {
      return JSON.parse(literal) as string;
    } catch (cause) {
      throw this.error('a string with a malformed escape', { cause });
    }
  }

  private number(): JsonNumber {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) throw this.error(this.at >= this.text.length ? 'ends too early' : 'expected a value');
    this.at = NUMBER.lastIndex;
    return new JsonNumber(match[0]);
  }

  private word<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.error('expected a value');
    this.at += word.length;
    return value;
  }

  /** The next character that is no white space; empty at the end. */
  private peek(): string {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.text);
    this.at = SPACE.lastIndex;
    return this.text.charAt(this.at);
  }

  private take(char: string): boolean {
    if (this.peek() !== char) return false;
    this.at++;
    return true;
  }

  private error(problem: string, options?: ErrorOptions): SyntaxError {
    return new SyntaxError(`not JSON: ${problem} (at character ${this.at})`, options);
  }
}

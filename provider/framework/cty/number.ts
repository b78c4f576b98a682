/**
 * An exact number. Each number has one form, so that `===` and JSON work where people expect them to:
 * `number` for integers up to 2^53-1 in size and for fractions that a double's shortest decimal text spells exactly
 * (0.1, 1.5); `bigint` for larger integers; `Decimal` for every other fraction.
 */
export type NumberValue = number | bigint | Decimal;

/** A fraction with more digits than a double keeps. `text` is plain decimal: no exponent, no superfluous zeros. */
export class Decimal {
  /** Use {@link parseNumber}, which picks the right form. */
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
  toJSON(): string {
    return this.text;
  }
}

/** Text or a double that is no number Terraform knows. */
export class NumberError extends Error {
  override readonly name = 'NumberError';
}

/** Terraform computes with 512 bits, about 155 digits; these bounds only keep a hostile number from costing memory or time. */
const MAX_DIGITS = 10_000;
const MAX_EXPONENT = 1_000;

const NUMBER_TEXT = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,8}))?$/;

/**
 * Reads decimal text such as `-12.50` or `1e3`.
 * @throws NumberError saying what is wrong with it.
 */
export function parseNumber(text: string): NumberValue {
  if (text.length > MAX_DIGITS) throw new NumberError(`a number of ${text.length} characters (at most ${MAX_DIGITS})`);
  const match = NUMBER_TEXT.exec(text);
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match ?? [];
  if (match === null || whole.length + fraction.length === 0) throw new NumberError('not a decimal number');
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > MAX_EXPONENT)
    throw new NumberError(`a number with exponent ${exponent} (at most ±${MAX_EXPONENT})`);
  const plain = plainDecimal(sign === '-', whole, fraction, exponent);
  if (plain.includes('.')) {
    const double = Number(plain);
    return numberText(double) === plain ? double : new Decimal(plain);
  }
  const double = Number(plain);
  return Number.isSafeInteger(double) ? double : BigInt(plain);
}

/**
 * The one form of a finite number that came as a double or a bigint.
 * @throws NumberError for NaN and the infinities.
 */
export function canonicalNumber(value: NumberValue): NumberValue {
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) throw new NumberError(`${value} is no number that Terraform knows`);
  if (value === 0) return 0;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value;
}

/** Plain decimal text: integers exactly, other doubles by their shortest text. Never in exponent form. */
export function numberText(value: NumberValue): string {
  if (typeof value !== 'number') return value.toString();
  if (Number.isInteger(value)) return BigInt(value).toString();
  const text = String(value);
  const at = text.indexOf('e');
  if (at < 0) return text;
  const [whole = '', fraction = ''] = text.slice(0, at).replace('-', '').split('.');
  return plainDecimal(value < 0, whole, fraction, Number(text.slice(at + 1)));
}

/** As core compares: integers exactly, fractions by their shortest decimal text; -0 equals 0. */
export function numbersEqual(a: NumberValue, b: NumberValue): boolean {
  return a === b || numberText(a) === numberText(b);
}

export function isNumberValue(value: unknown): value is NumberValue {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal;
}

function plainDecimal(negative: boolean, whole: string, fraction: string, exponent: number): string {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const head = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '';
  const tail = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  const integer = head.replace(/^0+/, '') || '0';
  const rest = tail.replace(/0+$/, '');
  const text = rest === '' ? integer : `${integer}.${rest}`;
  return negative && text !== '0' ? `-${text}` : text;
}

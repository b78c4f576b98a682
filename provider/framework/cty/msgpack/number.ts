import type { NumberValue } from '../number';
import { canonicalNumber, numberText, parseNumber } from '../number';
import type { Reader, Token } from './reader';
import type { Writer } from './writer';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * As cty: int64 as an integer; a fraction that is exactly a double as float64; everything else as decimal text.
 * @throws NumberError for NaN and the infinities.
 */
export function writeNumber(writer: Writer, value: NumberValue): void {
  const number = canonicalNumber(value);
  if (isInt64(number)) writer.int(number);
  else if (typeof number === 'number' && isShortBinaryFraction(number)) writer.float(number);
  else writer.str(numberText(number));
}

function isInt64(value: NumberValue): value is number | bigint {
  return typeof value === 'number'
    ? Number.isInteger(value)
    : typeof value === 'bigint' && value >= INT64_MIN && value <= INT64_MAX;
}

/**
 * True when the shortest text of this double is all of its digits: 0.5 is, 0.1 is not. With k binary places a double has
 * exactly k decimal ones, and the shortest text never has more.
 */
function isShortBinaryFraction(value: number): boolean {
  const text = numberText(value);
  return Number.isInteger(value * 2 ** (text.length - text.indexOf('.') - 1));
}

/**
 * The number that `token` begins, or undefined when it begins none.
 * @throws NumberError when it is text that is no number, or not finite.
 */
export function readNumber(reader: Reader, token: Token): NumberValue | undefined {
  switch (token.kind) {
    case 'int':
    case 'float':
      return canonicalNumber(token.value);
    case 'str':
      return parseNumber(reader.text(token.length));
    default:
      return undefined;
  }
}

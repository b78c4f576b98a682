import * as fc from 'fast-check';
import { anyNumber } from './testing/arbitraries';
import { Decimal, NumberError, canonicalNumber, numberText, numbersEqual, parseNumber } from './number';

test.each([
  ['0', 0],
  ['-0', 0],
  ['+7', 7],
  ['007', 7],
  ['.5', 0.5],
  ['5.', 5],
  ['0.1', 0.1],
  ['1e3', 1000],
  ['12.50', 12.5],
  ['1e-7', 1e-7],
  ['-1.5E+1', -15],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['9007199254740992', 9007199254740992n],
  ['9007199254740993', 9007199254740993n],
  ['1e25', 10n ** 25n],
  ['5e-324', 5e-324],
])('reads %s', (text, value) => {
  expect(parseNumber(text)).toStrictEqual(value);
});

test('keeps the digits that a double has not', () => {
  const value = parseNumber('0.10000000000000000001');
  expect(value).toBeInstanceOf(Decimal);
  expect(numberText(value)).toBe('0.10000000000000000001');
  expect(numbersEqual(value, 0.1)).toBe(false);
});

test.each(['', '.', '-', 'e5', '1e', '0x10', 'NaN', 'Infinity', '1 ', ' 1', '1_000', '1,5', '--1', '1.2.3', '١'])(
  'refuses %j',
  (text) => {
    expect(() => parseNumber(text)).toThrow(NumberError);
  },
);

test('refuses what would cost memory', () => {
  expect(() => parseNumber('1e999999999')).toThrow(/not a decimal number|exponent/);
  expect(() => parseNumber('1e2000')).toThrow('exponent 2000 (at most ±1000)');
  expect(() => parseNumber('9'.repeat(10_001))).toThrow('10001 characters');
});

test.each([NaN, Infinity, -Infinity])('%s is no number', (value) => {
  expect(() => canonicalNumber(value)).toThrow(NumberError);
});

test('one number has one form', () => {
  expect(canonicalNumber(7n)).toBe(7);
  expect(canonicalNumber(2 ** 60)).toBe(2n ** 60n);
  expect(Object.is(canonicalNumber(-0), 0)).toBe(true);
});

test('writes doubles without an exponent', () => {
  expect(numberText(1e-25)).toBe('0.0000000000000000000000001');
  expect(numberText(-1.25e-7)).toBe('-0.000000125');
  expect(numberText(1e21)).toBe('1000000000000000000000');
});

test('text and number go back and forth', () => {
  fc.assert(
    fc.property(anyNumber, (value) => {
      expect(parseNumber(numberText(value))).toStrictEqual(value);
    }),
  );
});

test('a double and its own text are equal, and no other double is', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (a, b) => {
        expect(numbersEqual(canonicalNumber(a), parseNumber(String(a)))).toBe(
          Number.isSafeInteger(a) || !Number.isInteger(a) || BigInt(a) === parseNumber(String(a)),
        );
        expect(numbersEqual(a, b)).toBe(a === b);
      },
    ),
  );
});

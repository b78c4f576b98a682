import type { NumberValue } from '../cty/number';
import { numberText } from '../cty/number';
import type { Path } from '../cty/path';
import { pathText } from '../cty/path';
import type { Value } from '../cty/value';
import type { Diagnostic } from './diagnostic';
import { errorAt } from './diagnostic';
import type { Validator } from './validator';

/** Summary of every refusal of one attribute's value. */
export const INVALID_VALUE = 'Invalid attribute value';

/** Refuses with "FIELD must be EXPECTATION, not VALUE." */
export function invalidValue(path: Path, expectation: string, shown: string): Diagnostic {
  return errorAt(path, INVALID_VALUE, `${pathText(path)} must be ${expectation}, not ${shown}.`);
}

/** A whole number that JavaScript holds exactly. */
export const wholeNumber: Validator<NumberValue> = (value, path) =>
  Number.isSafeInteger(value) ? [] : [invalidValue(path, 'a whole number', numberText(value))];

/** One of these, in the same spelling. */
export function oneOf(...allowed: readonly string[]): Validator<string> {
  const expectation = `one of ${allowed.map((a) => JSON.stringify(a)).join(', ')}`;
  return (value, path) => (allowed.includes(value) ? [] : [invalidValue(path, expectation, JSON.stringify(value))]);
}

/** A string that matches; `expectation` completes "FIELD must be …". */
export function matches(pattern: RegExp, expectation: string): Validator<string> {
  return (value, path) => (value.search(pattern) >= 0 ? [] : [invalidValue(path, expectation, JSON.stringify(value))]);
}

/** A number from `min` to `max`, both allowed. */
export function between(min: number, max: number): Validator<number> {
  return (value, path) =>
    value >= min && value <= max ? [] : [invalidValue(path, `from ${min} to ${max}`, numberText(value))];
}

/** A string of `min` to `max` characters. */
export function lengthBetween(min: number, max: number): Validator<string> {
  return (value, path) => {
    const length = Array.from(value).length;
    if (length >= min && length <= max) return [];
    return [invalidValue(path, `${min} to ${max} characters long`, `${JSON.stringify(value)} (${length} characters)`)];
  };
}

/** A list or set of `min` to `max` elements. */
export function sizeBetween(min: number, max: number): Validator<readonly Value[]> {
  return (value, path) =>
    value.length >= min && value.length <= max
      ? []
      : [invalidValue(path, `${min} to ${max} elements long`, `${value.length} elements`)];
}

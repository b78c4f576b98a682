import { attributePath } from '../cty/path';
import { dedupe, errorAt, errorOf, hasErrors, warningAt, warningOf } from './diagnostic';

test('the same diagnostic is said once, in its place', () => {
  const a = errorAt(attributePath('a'), 's', 'd');
  const elsewhere = errorAt(attributePath('b'), 's', 'd');
  const softer = warningAt(attributePath('a'), 's', 'd');
  expect(dedupe([a, elsewhere, { ...a, path: attributePath('a') }, softer, a])).toEqual([a, elsewhere, softer]);
});

test('warnings are no errors', () => {
  expect(hasErrors([warningOf('s', 'd')])).toBe(false);
  expect(hasErrors([warningOf('s', 'd'), errorOf('s', 'd')])).toBe(true);
});

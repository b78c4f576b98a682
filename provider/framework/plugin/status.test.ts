import fc from 'fast-check';
import { encodeStatusMessage } from './status';

test('any sentence survives in a header', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '%', 'ü', '€', '𝄞', '\0', '\n', '~', ' ') }), (text) => {
      const encoded = encodeStatusMessage(text);
      expect(encoded).toMatch(/^[\x20-\x7e]*$/);
      expect(decodeURIComponent(encoded)).toBe(text);
    }),
  );
  expect(encodeStatusMessage('100 % für\n')).toBe('100 %25 f%C3%BCr%0A');
});

test('a novel does not', () => {
  expect(encodeStatusMessage('x'.repeat(100_000))).toHaveLength(4096);
});

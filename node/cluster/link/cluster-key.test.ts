import * as fc from 'fast-check';
import { makeClusterKey, parseClusterKey } from './cluster-key';

test('a key is recognisable, and its 32 bytes come back', () => {
  const key = makeClusterKey();
  expect(key).toMatch(/^tgk1_[A-Za-z0-9_-]{48}$/);
  expect(parseClusterKey(` ${key}\n`)).toHaveLength(32);
  expect(makeClusterKey()).not.toBe(key);
});

test('every key with one character changed is refused, and the sentence does not repeat it', () => {
  const key = makeClusterKey();
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  fc.assert(
    fc.property(fc.nat(47), fc.nat(63), (at, letter) => {
      const i = at + 5;
      const typed = key.slice(0, i) + (alphabet[letter] ?? '') + key.slice(i + 1);
      if (typed === key) return;
      expect(() => parseClusterKey(typed)).toThrow(/mistyped/);
    }),
  );
});

test.each([
  ['another thing', 'hunter2', /does not begin with tgk1_; copy it from the other member/],
  ['cut short', makeClusterKey().slice(0, 40), /has 40 characters instead of 53/],
  ['a character that no key has', makeClusterKey().replace(/.$/, '='), /letters, digits, - and _ only/],
])('%s is refused with a sentence', (_what, text, sentence) => {
  let said = '';
  try {
    parseClusterKey(text);
  } catch (error) {
    said = (error as Error).message;
  }
  expect(said).toMatch(sentence);
  expect(said).not.toContain(text.slice(5));
});

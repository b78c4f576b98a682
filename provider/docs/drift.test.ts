import { drift } from './drift';

test('the same text has no drift', () => {
  expect(drift('a\nb\n', 'a\nb\n')).toBe('');
});

test.each([
  ['a changed line', 'a\nb\nc\n', 'a\nx\nc\n', '@@ line 2 @@\n-b\n+x'],
  ['an added line', 'a\nc\n', 'a\nb\nc\n', '@@ line 2 @@\n+b'],
  ['a removed line', 'a\nb\nc\n', 'a\nc\n', '@@ line 2 @@\n-b'],
  ['a repeated line', 'a\na\n', 'a\na\na\n', '@@ line 3 @@\n+a'],
  ['a missing end', 'a', 'a\n', '@@ line 2 @@\n+'],
  ['all', '', 'a', '@@ line 1 @@\n-\n+a'],
])('shows %s', (_, current, wanted, shown) => {
  expect(drift(current, wanted)).toBe(shown);
});

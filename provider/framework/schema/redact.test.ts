import type { Value } from '../cty/value';
import { errorOf } from './diagnostic';
import { redacted } from './redact';

test.each<[Value, string, string]>([
  ['hunter2', 'key must not be "hunter2".', 'key must not be (sensitive value).'],
  ['hunter2', 'key must not be hunter2!', 'key must not be (sensitive value)!'],
  ['hunter2', 'key begins wxhunter2yz.', 'key begins wx(sensitive value)yz.'],
  ['a"b\\c', 'not "a\\"b\\\\c" (a"b\\c)', 'not (sensitive value) ((sensitive value))'],
  ['a', 'a value must be b, not "a".', '(sensitive value) value must be b, not (sensitive value).'],
  ['.*', 'not .* but x', 'not (sensitive value) but x'],
  ['', 'must not be "".', 'must not be "".'],
  [17, 'from 170 to 180, not 17.', 'from 170 to 180, not (sensitive value).'],
  [
    ['one-secret', { k: 'other-secret' }],
    'not other-secret and "one-secret"',
    'not (sensitive value) and (sensitive value)',
  ],
  [['secret', 'secret-longer'], 'not secret-longer', 'not (sensitive value)'],
])('%j', (value, detail, expected) => {
  expect(redacted(errorOf('s', detail), value).detail).toBe(expected);
});

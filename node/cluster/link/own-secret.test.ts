import { parseClusterKey } from './cluster-key';
import { ownSecret } from './own-secret';

const SECRET = 'x9%Qm!vL2#pRs8@tKw4$yZb6^nHd3&jF';

test('a secret of 32 characters and more is a key, the same for the same text', () => {
  expect(parseClusterKey(SECRET)).toHaveLength(32);
  expect(parseClusterKey(` ${SECRET}\n`)).toEqual(parseClusterKey(SECRET));
  expect(parseClusterKey(`${SECRET}!`)).not.toEqual(parseClusterKey(SECRET));
});

test.each([
  ['a character short', SECRET.slice(1)],
  ['a blank in it', `${SECRET} ${SECRET}`],
  ['a letter beyond ASCII', `${SECRET}ü`],
  ['too long', 'x'.repeat(513)],
])('%s: refused, and not repeated', (_, text) => {
  expect(ownSecret(text)).toBeNull();
  expect(() => parseClusterKey(text)).toThrow(/does not begin with tgk1_.*32 to 512 printable characters/);
  expect(() => parseClusterKey(text)).not.toThrow(new RegExp(text.slice(0, 12).replace(/\W/g, '\\$&')));
});

test('what begins as a key of ours is never taken for one of your own', () => {
  expect(() => parseClusterKey(`tgk1_${SECRET}`)).toThrow(/characters instead of 53/);
});

import { atAttribute, atElement, atIndex, atKey, attributePath, pathText, pathsEqual, upToSet } from './path';

test('paths read as in HCL', () => {
  expect(pathText([])).toBe('');
  expect(pathText(attributePath('routes', 0, 'next'))).toBe('routes[0].next');
  expect(pathText(atKey(attributePath('tags'), 'a "b"'))).toBe('tags["a \\"b\\""]');
  expect(pathText(atElement(attributePath('set'), 'secret'))).toBe('set[...]');
});

test('a path goes up to a set at most', () => {
  const set = attributePath('a', 'set');
  expect(upToSet(atAttribute(atElement(set, 'x'), 'b'))).toEqual(set);
  expect(upToSet(set)).toEqual(set);
});

test('paths are equal step by step', () => {
  expect(pathsEqual(attributePath('a', 1), atIndex(attributePath('a'), 1))).toBe(true);
  expect(pathsEqual(attributePath('a', 'b'), attributePath('a'))).toBe(false);
  expect(pathsEqual(attributePath('a', 'b'), atKey(attributePath('a'), 'b'))).toBe(false);
  expect(pathsEqual(atElement([], 'x'), atElement([], 'y'))).toBe(false);
  expect(pathsEqual(attributePath('a.b'), attributePath('a', 'b'))).toBe(false);
});

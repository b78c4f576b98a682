import * as fc from 'fast-check';
import { character } from '../testing/arbitraries';
import { JsonNumber, parseJson } from './parse';
import type { Json } from './parse';

/** As `JSON.parse` would have it. */
function plain(json: Json): unknown {
  if (json instanceof JsonNumber) return Number(json.text);
  if (Array.isArray(json)) return (json as readonly Json[]).map(plain);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json as Record<string, Json>).map(([k, v]) => [k, plain(v)]);
  return Object.assign(Object.create(null) as object, Object.fromEntries(entries));
}

test('agrees with JSON.parse on whatever JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: character }), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
      const value: unknown = JSON.parse(text);
      expect(plain(parseJson(JSON.stringify(value, null, indent)))).toEqual(value);
    }),
  );
});

test('accepts and refuses what JSON.parse accepts and refuses', () => {
  const punctuation = ['{', '}', '[', ']', ':', ',', '"', '\\', ' ', '\n', '\t'];
  const piece = fc.constantFrom(
    ...punctuation,
    '"a"',
    '1',
    '-',
    '0',
    '.5',
    'e3',
    'true',
    'null',
    '\\u00e9',
    '\u0001',
    'é',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
      const text = pieces.join('');
      let ok = true;
      try {
        JSON.parse(text);
      } catch {
        ok = false;
      }
      if (ok) expect(plain(parseJson(text))).toEqual(JSON.parse(text));
      else expect(() => parseJson(text)).toThrow(SyntaxError);
    }),
    { numRuns: 1000 },
  );
});

test('keeps numbers as written', () => {
  expect(parseJson('[9007199254740993, 1.10, 1e400]')).toEqual([
    new JsonNumber('9007199254740993'),
    new JsonNumber('1.10'),
    new JsonNumber('1e400'),
  ]);
});

test('a key may be named __proto__', () => {
  const object = parseJson('{"__proto__": "x", "toString": "y"}') as Record<string, Json>;
  expect(Object.keys(object)).toEqual(['__proto__', 'toString']);
  expect(Object.getPrototypeOf(object)).toBeNull();
});

test('refuses a nesting that would exhaust the stack', () => {
  expect(() => parseJson('['.repeat(1_000_000))).toThrow('not JSON: nested more than 200 deep (at character 201)');
});

test.each([
  ['', 'not JSON: ends too early (at character 0)'],
  ['{"a" 1}', 'not JSON: expected ":" (at character 5)'],
  ['{"a": 1', 'not JSON: expected "," or "}" (at character 7)'],
  ['[1 2]', 'not JSON: expected "," or "]" (at character 3)'],
  ['{a: 1}', 'not JSON: expected a key (at character 1)'],
  ['"abc', 'not JSON: a string that does not end (at character 0)'],
  ['"\\x"', 'not JSON: a string with a malformed escape (at character 4)'],
  ['1 1', 'not JSON: something follows the value (at character 2)'],
  ['nul', 'not JSON: expected a value (at character 0)'],
])('says what is wrong with %j', (text, message) => {
  expect(() => parseJson(text)).toThrow(message);
});

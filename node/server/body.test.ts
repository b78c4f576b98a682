import { readJson } from './body';

const read = (body: string) => readJson(new Request('http://node/', { method: 'PUT', body }));
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

test('64 levels are taken, 65 are not, also where the body is malformed further on', async () => {
  await expect(read(nested(64))).resolves.toEqual(JSON.parse(nested(64)));
  await expect(read(nested(65))).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('64') as string,
  });
  await expect(read('{"a":'.repeat(65))).rejects.toThrow(/nested more than 64/);
});

test('brackets inside strings, escaped quotes included, do not count', async () => {
  const text = `${'['.repeat(100)}"${'{'.repeat(100)}\\`;
  await expect(read(JSON.stringify({ [text]: text }))).resolves.toEqual({ [text]: text });
});

test('a megabyte of escaped quotes in a string that never ends is refused in one pass', async () => {
  // With a quadratic scan this takes many minutes, far beyond the test's time limit.
  await expect(read(`"${'\\"'.repeat(500_000)}`)).rejects.toMatchObject({ status: 400 });
});

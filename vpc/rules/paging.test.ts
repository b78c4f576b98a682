import fc from 'fast-check';
import { page } from './paging';

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 40 });

function walk(all: readonly string[], passes: (id: string) => boolean, maxResults: number): string[][] {
  const pages: string[][] = [];
  let nextToken: string | undefined;
  do {
    const got = page(all, passes, (id) => id, { maxResults, ...(nextToken === undefined ? {} : { nextToken }) });
    pages.push([...got.items]);
    nextToken = got.nextToken;
  } while (nextToken !== undefined);
  return pages;
}

test('following the tokens shows everything that passes, once, never more than MaxResults at a time', () => {
  fc.assert(
    fc.property(ids, fc.integer({ min: 5, max: 20 }), fc.integer({ min: 1, max: 5 }), (all, maxResults, every) => {
      const passes = (id: string) => all.indexOf(id) % every === 0;
      const pages = walk(all, passes, maxResults);
      expect(pages.flat().sort()).toEqual(all.filter(passes).sort());
      expect(Math.max(...pages.map((one) => one.length))).toBeLessThanOrEqual(maxResults);
    }),
  );
});

test('an empty page may have a next one', () => {
  const all = ['a', 'b', 'c', 'd', 'e', 'f'];
  expect(walk(all, (id) => id === 'f', 5)).toEqual([[], ['f']]);
});

test.each([4, 0, -1, 1001])('MaxResults %d is refused', (maxResults) => {
  expect(() => page([], () => true, String, { maxResults })).toThrow(/maxResults/);
});

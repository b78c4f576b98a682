import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tgProvider } from '../provider';
import { checkPages, examplesIn, writePages } from './docs-folder';
import { renderPages } from './pages';

const pages = new Map([
  ['index.md', 'a\nb\n'],
  ['resources/x.md', 'x\n'],
]);
let docs: string;

beforeEach(() => {
  docs = mkdtempSync(join(tmpdir(), 'docs-'));
});
afterEach(() => rmSync(docs, { recursive: true }));

test('what was written is up to date, and is not written again', () => {
  expect(writePages(docs, pages)).toEqual(['index.md', 'resources/x.md']);
  expect(readFileSync(join(docs, 'resources/x.md'), 'utf8')).toBe('x\n');
  expect(checkPages(docs, pages)).toEqual([]);
  expect(writePages(docs, pages)).toEqual([]);
});

test('each difference is told, and nothing is touched', () => {
  writePages(docs, pages);
  writeFileSync(join(docs, 'index.md'), 'a\nc\n');
  rmSync(join(docs, 'resources/x.md'));
  writeFileSync(join(docs, 'resources/gone.md'), '');
  expect(checkPages(docs, pages)).toEqual([
    'resources/gone.md describes nothing that exists.',
    'index.md is not what the schema says:\n@@ line 2 @@\n-c\n+b',
    'resources/x.md is missing.',
  ]);
  expect(readFileSync(join(docs, 'index.md'), 'utf8')).toBe('a\nc\n');
});

test('pages of what no longer exists go, pages written by hand stay', () => {
  mkdirSync(join(docs, 'resources'));
  mkdirSync(join(docs, 'guides'));
  for (const page of ['resources/gone.md', 'guides/by-hand.md', 'architecture.md']) writeFileSync(join(docs, page), '');
  expect(writePages(docs, pages)).toContain('resources/gone.md');
  expect(readdirSync(docs).sort()).toEqual(['architecture.md', 'guides', 'index.md', 'resources']);
  expect(readdirSync(join(docs, 'resources'))).toEqual(['x.md']);
});

test('docs/ says what the schema of tg says', () => {
  const root = join(__dirname, '../..');
  const current = renderPages({ name: 'tg', ...tgProvider }, examplesIn(join(root, 'examples')));
  expect(checkPages(join(root, 'docs'), current)).toEqual([]);
});

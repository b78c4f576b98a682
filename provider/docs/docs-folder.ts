import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { drift } from './drift';
import type { Examples } from './pages';

/** Folders in which every page is generated; the rest of docs/ is written by hand. */
const GENERATED = ['resources'];

/** Brings the folder up to date; answers the paths below it that were written or removed. */
export function writePages(docs: string, pages: ReadonlyMap<string, string>): string[] {
  const stale = stalePages(docs, pages);
  for (const page of stale) rmSync(join(docs, page));
  const changed = [...pages].filter(([page, text]) => read(join(docs, page)) !== text);
  for (const [page, text] of changed) {
    mkdirSync(dirname(join(docs, page)), { recursive: true });
    writeFileSync(join(docs, page), text);
  }
  return [...stale, ...changed.map(([page]) => page)];
}

/** In what the folder differs from the pages, a paragraph each; empty when it is up to date. Changes nothing. */
export function checkPages(docs: string, pages: ReadonlyMap<string, string>): string[] {
  const problems = stalePages(docs, pages).map((page) => `${page} describes nothing that exists.`);
  for (const [page, text] of pages) {
    const current = read(join(docs, page));
    if (current === null) problems.push(`${page} is missing.`);
    else if (current !== text) problems.push(`${page} is not what the schema says:\n${drift(current, text)}`);
  }
  return problems;
}

/** The examples in a folder laid out as the registry wants it. */
export function examplesIn(root: string): Examples {
  return (folder) =>
    filesIn(join(root, folder)).map((name) => ({ name, text: readFileSync(join(root, folder, name), 'utf8') }));
}

function stalePages(docs: string, pages: ReadonlyMap<string, string>): string[] {
  const existing = GENERATED.flatMap((folder) => filesIn(join(docs, folder)).map((file) => `${folder}/${file}`));
  return existing.filter((page) => !pages.has(page));
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

const read = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);

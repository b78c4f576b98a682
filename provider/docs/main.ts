import { tgProvider } from '../provider';
import { checkPages, examplesIn, writePages } from './docs-folder';
import { renderPages } from './pages';

/** Writes docs/ below the working directory from the provider's schema; with `--check` only says what would change, and fails. */
function main(args: readonly string[]): number {
  const pages = renderPages({ name: 'tg', ...tgProvider }, examplesIn('examples'));
  if (!args.includes('--check')) {
    for (const page of writePages('docs', pages)) console.log(`docs/${page}`);
    return 0;
  }
  const problems = checkPages('docs', pages);
  if (problems.length === 0) return 0;
  console.error(
    `${problems.map((problem) => `docs/${problem}\n`).join('\n')}\nRun \`npm run docs\` to bring docs/ up to date.`,
  );
  return 1;
}

process.exitCode = main(process.argv.slice(2));

/** `npm run docs` writes docs/index.md and docs/resources/ from the provider's schema; with `--check` it only fails when they differ. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(...args) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

run('scripts/bootstrap.mjs', '--quiet');
run('scripts/build.mjs', '--quiet', 'docs');
run('dist/docs.cjs', ...process.argv.slice(2));

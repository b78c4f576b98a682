// Writes every generated file of the sources, or with --check says which is not current.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const GENERATORS = ['protocol.mjs'];

const failed = GENERATORS.filter((name) => {
  const script = fileURLToPath(new URL(name, import.meta.url));
  return spawnSync(process.execPath, [script, ...process.argv.slice(2)], { stdio: 'inherit' }).status !== 0;
});
process.exit(failed.length > 0 ? 1 : 0);

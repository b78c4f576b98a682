// Builds what runs: `node scripts/build.mjs [--quiet] [--force] [target…]`, all targets if none is named. What is built of files that
// have not changed since is left alone.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { executableName, makeExecutable } from './build/executable.mjs';
import { stamps } from './build/stamp.mjs';
import { TARGETS } from './build/targets.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

const { values: options, positionals: wanted } = parseArgs({
  options: { quiet: { type: 'boolean' }, force: { type: 'boolean' } },
  allowPositionals: true,
});
const unknown = wanted.filter((name) => TARGETS[name] === undefined);
if (unknown.length > 0) fail(`There is no target ${unknown.join(', ')}; there are ${Object.keys(TARGETS).join(', ')}.`);

mkdirSync(dist, { recursive: true });
const stamp = stamps(root);
const names = wanted.length > 0 ? wanted : Object.keys(TARGETS);
const results = await Promise.allSettled(names.map(make));
const failures = results.filter((result) => result.status === 'rejected');
if (failures.length > 0) fail(failures.map(({ reason }) => reason.message).join('\n'));

async function make(name) {
  const target = TARGETS[name];
  if (!existsSync(join(root, target.entry))) {
    if (wanted.includes(name)) throw new Error(`${name}: ${target.entry} does not exist.`);
    return;
  }
  const bundled = join(dist, target.bundle);
  const outputs = [bundled, ...(target.executable ? [join(dist, executableName(target.executable))] : [])];
  if (!options.force && stamp.isFresh(name, target, outputs)) return;
  const start = performance.now();
  const { bundle } = await import('./build/bundle.mjs'); // esbuild is not loaded where nothing is to be done
  const inputs = await bundle(root, dist, target);
  const warning = target.executable && (await makeExecutable(root, bundled, target.executable));
  if (warning) console.error(`build: ${warning}`);
  stamp.write(name, target, inputs);
  say(`${outputs.at(-1).slice(root.length)} built in ${Math.round(performance.now() - start)} ms`);
}

function say(line) {
  if (!options.quiet) console.error(line);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

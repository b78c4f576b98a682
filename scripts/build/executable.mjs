import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const WINDOWS = process.platform === 'win32';

export function executableName(name) {
  return WINDOWS ? `${name}.exe` : name;
}

/**
 * Makes one file that Terraform can start out of a bundle: Bun's runtime with the bundle as bytecode, or, where there is no Bun that
 * runs here, a script for the Node on the PATH. Answers a sentence if it was the latter.
 */
export async function makeExecutable(root, bundle, name) {
  const outfile = join(dirname(bundle), executableName(name));
  const bun = findBun(root);
  if (typeof bun === 'object') {
    if (WINDOWS) throw new Error(`${bun.reason}, and on Windows a provider can only be built by Bun.`);
    await putInPlace(outfile, (temporary) => writeFile(temporary, launcher(basename(bundle))));
    return `${bun.reason}: ${name} is a script that needs Node on the PATH, and starts several times slower.`;
  }
  await putInPlace(outfile, (temporary) => compile(bun, bundle, temporary));
  return undefined;
}

/** Under its own name in a folder of its own: the name stands in stacks, and a running provider is not written over. */
async function putInPlace(outfile, write) {
  const folder = await mkdtemp(join(dirname(outfile), '.build-'));
  try {
    const temporary = join(folder, basename(outfile));
    await write(temporary);
    await chmod(temporary, 0o755);
    await rename(temporary, outfile);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function compile(bun, bundle, outfile) {
  const flags = [
    '--compile',
    '--bytecode',
    '--minify-syntax',
    '--minify-whitespace',
    '--keep-names',
    // The working directory is the user's Terraform folder: nothing in it is for this program.
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
  ];
  const { status, stdout, stderr, error } = spawnSync(bun, ['build', ...flags, bundle, '--outfile', outfile], {
    encoding: 'utf8',
    cwd: dirname(bundle),
  });
  if (status !== 0) throw new Error(`bun build failed: ${error?.message ?? stderr + stdout}`);
}

/** Terraform kills the process it started: `exec`, so that this is the provider and not a shell that leaves it behind. */
function launcher(bundle) {
  return `#!/bin/sh
exec node "$(dirname "$(readlink -f "$0")")/${bundle}" "$@"
`;
}

/**
 * The Bun that npm installed for this platform, called directly: package `bun` would put it in place by an install script, and
 * install scripts are not run. A reason instead, if there is none.
 */
export function findBun(root) {
  const platform = `${{ win32: 'windows' }[process.platform] ?? process.platform}-${{ arm64: 'aarch64' }[process.arch] ?? process.arch}`;
  const reasons = [];
  for (const variant of variants()) {
    const bun = join(root, 'node_modules', '@oven', `bun-${platform}${variant}`, 'bin', executableName('bun'));
    if (!existsSync(bun)) reasons.push(`@oven/bun-${platform}${variant} is not installed`);
    else if (spawnSync(bun, ['--version']).status !== 0)
      reasons.push(`@oven/bun-${platform}${variant} does not run here`);
    else return bun;
  }
  return { reason: reasons.join(', ') };
}

/** Suffixes of the packages that fit this machine, best first. */
function variants() {
  const libc = isMusl() ? '-musl' : '';
  const baseline = process.arch === 'x64' ? [`${libc}-baseline`] : [];
  return hasAvx2() ? [libc, ...baseline] : baseline;
}

function isMusl() {
  return process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined;
}

/** Bun's ordinary x64 builds use AVX2. Where nobody can tell, it is there. */
function hasAvx2() {
  if (process.arch !== 'x64' || process.platform !== 'linux') return true;
  try {
    return /^flags\s*:.*\bavx2\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return true;
  }
}

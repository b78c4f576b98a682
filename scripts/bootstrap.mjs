// Makes a clone ready to run: `node scripts/bootstrap.mjs [--quiet]` installs what package-lock.json names if node_modules holds
// something else, and says what this machine lacks. Needs nothing but Node. Speaks on stderr: stdout is the next command's.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const quiet = process.argv.includes('--quiet');

checkNode();
checkTerraform();
if (isInstalled()) say('node_modules is what package-lock.json says');
else install();

function checkNode() {
  const wanted = JSON.parse(read('package.json')).engines.node.replace('>=', '');
  const [major, minor] = wanted.split('.').map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  console.error(
    `Node ${wanted} or later is needed; this is ${process.versions.node}. Install one from https://nodejs.org/.`,
  );
  process.exit(1);
}

function checkTerraform() {
  if (process.env.TERRAFORM || process.env.TOFU) return;
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (['terraform', 'tofu'].some((command) => folders.some((folder) => isExecutable(join(folder, command))))) return;
  console.error(
    'terraform is not on the PATH: the demo and the acceptance tests need it. Install it from ' +
      'https://developer.hashicorp.com/terraform/install, or say where it is in the variable TERRAFORM.',
  );
}

function isExecutable(file) {
  return (process.platform === 'win32' ? ['.exe', '.cmd'] : ['']).some((suffix) => {
    try {
      accessSync(file + suffix, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Compares npm's own list of what it installed with the lock file: time stamps say nothing after a checkout. */
function isInstalled() {
  let installed;
  try {
    installed = JSON.parse(read('node_modules/.package-lock.json')).packages;
  } catch {
    return false;
  }
  return Object.entries(JSON.parse(read('package-lock.json')).packages).every(([path, locked]) => {
    const isPackage = path.includes('node_modules/') && !locked.link;
    const there = installed[path];
    return !isPackage || (there === undefined ? locked.optional === true : there.version === locked.version);
  });
}

function install() {
  console.error('Installing what package-lock.json names …');
  // Install scripts are not run: nothing here needs them, and they are the way in for a package that was tampered with.
  const { status, error } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    },
  );
  if (status === 0) return;
  console.error(`npm ci failed${error ? `: ${error.message}` : '; what it said stands above'}.`);
  process.exit(1);
}

function read(file) {
  return readFileSync(join(root, file), 'utf8');
}

function say(line) {
  if (!quiet) console.error(line);
}

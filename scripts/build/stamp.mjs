import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Remembers of what a target was made, so that it is not made again of the same: size and time of every file that went into it, of
 * the files that steer how, and the Node that did it.
 */
export function stamps(root) {
  const folder = join(root, '.build', 'stamps');
  const file = (name) => join(folder, `${name}.json`);
  return {
    isFresh(name, target, outputs) {
      const stamp = readJson(file(name));
      return stamp !== undefined && outputs.every(existsSync) && stamp.state === stateOf(root, target, stamp.inputs);
    },
    write(name, target, inputs) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file(name), JSON.stringify({ state: stateOf(root, target, inputs), inputs }));
    },
  };
}

function stateOf(root, target, inputs) {
  const hash = createHash('sha256').update(JSON.stringify([target, process.version, process.arch, bunPackages(root)]));
  const steering = [
    'package-lock.json',
    'scripts/build.mjs',
    ...readdirSync(join(root, 'scripts/build')).map((f) => `scripts/build/${f}`),
  ];
  for (const input of [...steering, ...inputs]) {
    const stat = statSync(join(root, input), { throwIfNoEntry: false });
    hash.update(`${input} ${stat?.size} ${stat?.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** The provider is another file when Bun was not there and now is. */
function bunPackages(root) {
  const folder = join(root, 'node_modules', '@oven');
  return existsSync(folder) ? readdirSync(folder) : [];
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

// Builds a plugin of the tests as the real one is built: `node build.mjs ENTRY FOLDER [NAME]` makes FOLDER/provider.cjs and, with a
// name, the executable FOLDER/NAME. Prints the path of Bun.
import { fileURLToPath } from 'node:url';
import { bundle } from '../../../../scripts/build/bundle.mjs';
import { findBun, makeExecutable } from '../../../../scripts/build/executable.mjs';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const [entry, folder, name] = process.argv.slice(2);

await bundle(root, folder, { entry, bundle: 'provider.cjs' });
const warning = name && (await makeExecutable(root, `${folder}/provider.cjs`, name));
const bun = findBun(root);
if (warning || typeof bun !== 'string') throw new Error(warning || bun.reason);
process.stdout.write(bun);

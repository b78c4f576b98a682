// `npm run simulate -- …`: builds the simulator, with `--mutants` also the broken copies of it, and runs it.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './build/bundle.mjs';
import { MUTANTS, mutation } from './build/mutants.mjs';
import { TARGETS } from './build/targets.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
mkdirSync(dist, { recursive: true });
await bundle(root, dist, TARGETS.simulate);
if (process.argv.includes('--mutants')) {
  rmSync(join(dist, 'simulate-mutants'), { recursive: true, force: true });
  for (const name of Object.keys(MUTANTS)) {
    const target = { ...TARGETS.simulate, bundle: `simulate-mutants/${name}.cjs`, plugins: [mutation(root, name)] };
    await bundle(root, dist, target);
  }
}
const child = spawn(process.execPath, [join(dist, TARGETS.simulate.bundle), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));

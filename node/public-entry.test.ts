/** `import { Reconciler } from '@tg/node'` belongs in other people's programs: it brings no SDK, no file system, no process. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

test('the public entry is made of the reconciler alone', () => {
  const bundle = `
    import { build } from 'esbuild';
    const { metafile } = await build({
      entryPoints: [${JSON.stringify(join(__dirname, 'index.ts'))}],
      bundle: true, platform: 'neutral', write: false, metafile: true, conditions: ['source'], logLevel: 'error',
      absWorkingDir: ${JSON.stringify(__dirname)},
    });
    console.log(JSON.stringify(Object.keys(metafile.inputs)));
  `;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', bundle], { cwd: __dirname });
  const inputs = JSON.parse(out.toString()) as string[];
  expect(inputs).toContain('reconciler/reconciler.ts');
  expect(inputs.filter((file) => file !== 'index.ts' && !file.startsWith('reconciler/'))).toEqual([]);
  expect(inputs.filter((file) => file.includes('testing'))).toEqual([]);
});

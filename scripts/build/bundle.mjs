import { chmod, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { shakeAws } from './shake-aws.mjs';

/** Bundles one target into `dist` and answers the files it was made of, relative to `root`. */
export async function bundle(root, dist, target) {
  const outfile = join(dist, target.bundle);
  const temporary = `${outfile}.${process.pid}`;
  try {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [target.entry],
      outfile: temporary,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      // esbuild's own default, 'module', falls away where others are given.
      conditions: ['source', 'module'],
      // The SDK's ES modules can be shaken, its CommonJS cannot.
      mainFields: ['module', 'main'],
      external: target.external ?? [],
      minify: target.minify === true,
      keepNames: target.minify === true,
      legalComments: 'none',
      plugins: [shakeAws, ...(target.plugins ?? [])],
      banner: target.command ? { js: '#!/usr/bin/env node' } : {},
      metafile: true,
      logLevel: 'error',
    });
    if (target.command) await chmod(temporary, 0o755);
    await rename(temporary, outfile);
    return Object.keys(metafile.inputs);
  } finally {
    await rm(temporary, { force: true });
  }
}

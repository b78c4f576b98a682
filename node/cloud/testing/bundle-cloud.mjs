// node bundle-cloud.mjs OUT_PLAIN OUT_SHAKEN: bundles node/cloud as scripts/build.mjs does, once without and once with the plugin
// that shakes the AWS SDK. Jest runs tests as CommonJS and cannot import the plugin itself.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { shakeAws } from '../../../scripts/build/shake-aws.mjs';

const entry = fileURLToPath(new URL('../index.ts', import.meta.url));
for (const [outfile, plugins] of [
  [process.argv[2], []],
  [process.argv[3], [shakeAws]],
]) {
  await build({
    entryPoints: [entry],
    outfile,
    plugins,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    conditions: ['source', 'module'],
    mainFields: ['module', 'main'],
    minify: true,
    // Jest's modules cannot import dynamically.
    supported: { 'dynamic-import': false },
    logLevel: 'error',
  });
}

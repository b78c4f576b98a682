const { transformSync } = require('esbuild');

/**
 * Compiles tests by esbuild. The unit tests' compiler (swc) does not load in a user namespace, which the run of a user without
 * root is in: it takes the folders of the real root, who is nobody there, for somebody else's.
 */
module.exports = {
  process: (source, path) =>
    transformSync(source, { loader: 'ts', format: 'cjs', target: 'node20', sourcemap: 'inline', sourcefile: path }),
};

import { readFile } from 'node:fs/promises';

const SCHEMAS = /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/;
const CONSTANT = /^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm;
const COMPUTED_KEY = /\[(_\w+)\]:/g;

/**
 * An esbuild plugin that lets an AWS client be bundled without the commands nobody uses. The SDK's generated schemas name their keys
 * by constants (`[_xN]:`); esbuild cannot prove that such an object has no side effects, and keeps every schema of the service (0.85 MB
 * of EC2). Written out as literals they fall away. Fails the build when the generated code no longer has that shape.
 */
export const shakeAws = {
  name: 'shake-aws',
  setup(build) {
    build.onLoad({ filter: SCHEMAS }, async ({ path }) => {
      const contents = literalKeys(await readFile(path, 'utf8'));
      if (contents !== undefined) return { contents, loader: 'js' };
      const text = `${path} is not written as it was: look at scripts/build/shake-aws.mjs, or the bundle grows threefold.`;
      return { errors: [{ text }] };
    });
  },
};

/** The source with constant keys written out; undefined if it holds no constants, or keys that are none of them. */
export function literalKeys(source) {
  const constants = new Map([...source.matchAll(CONSTANT)].map(([, name, literal]) => [name, literal]));
  let unknown = constants.size === 0;
  const written = source.replace(COMPUTED_KEY, (key, name) => {
    if (constants.has(name)) return `${constants.get(name)}:`;
    unknown = true;
    return key;
  });
  return unknown ? undefined : written;
}

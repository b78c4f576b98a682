/**
 * esbuild plugin: lets the AWS SDK be tree-shaken. The SDK's generated schemas are objects with computed keys
 * (`{ [_xN]: … }` with `const _xN = "…"`), which no bundler may take for free of side effects, so all of EC2 stays in the
 * bundle (852 KB instead of 330). Each such key is the name of a string constant of the same file: the string is written
 * there instead. node/cloud/aws-sdk-shake.test.ts compares both bundles' behaviour, as this depends on generated code.
 */
import { readFile } from 'node:fs/promises';

const SCHEMAS = /[\\/]@aws-sdk[\\/][^\\/]+[\\/]dist-es[\\/](?:.*[\\/])?schemas[\\/]schemas_\d+\.js$/;
const CONSTANT = /^(?:export )?const (_[A-Za-z0-9_$]+) = ("(?:[^"\\]|\\.)*");$/gm;
const COMPUTED_KEY = /\[(_[A-Za-z0-9_$]+)\]:/g;

/** Writes string keys for computed ones. Throws when EC2's have none: the generated code has changed. */
export function shake(source, path) {
  const constants = new Map([...source.matchAll(CONSTANT)].map(([, name, literal]) => [name, literal]));
  let replaced = 0;
  const shaken = source.replace(COMPUTED_KEY, (whole, name) => {
    const literal = constants.get(name);
    if (literal === undefined) return whole;
    replaced += 1;
    return `${literal}:`;
  });
  if (replaced === 0 && path.includes('client-ec2'))
    throw new Error(`aws-sdk-shake: no computed key found in ${path}; has the SDK changed its shape?`);
  return shaken;
}

/** The plugin. Sets `mainFields` to the SDK's ES modules, since CommonJS cannot be shaken. */
export function awsSdkShake() {
  return {
    name: 'aws-sdk-shake',
    setup(build) {
      build.initialOptions.mainFields ??= ['module', 'main'];
      build.onLoad({ filter: SCHEMAS }, async ({ path }) => ({
        contents: shake(await readFile(path, 'utf8'), path),
        loader: 'js',
      }));
    },
  };
}

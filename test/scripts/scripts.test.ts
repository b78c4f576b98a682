import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** A project that has the scripts of this one, and nothing else yet. */
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'project-'));
  cpSync(join(ROOT, 'scripts'), join(root, 'scripts'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (file: string, text: string) => {
  mkdirSync(join(root, file, '..'), { recursive: true });
  writeFileSync(join(root, file), text);
};
const run = (script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [join(root, 'scripts', script), ...args], {
    encoding: 'utf8',
    env: { ...process.env, TERRAFORM: 'somewhere', ...env },
  });

describe('build.mjs', () => {
  beforeEach(() => {
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    write('package-lock.json', '{}');
    write('vpc/main.ts', "import { greeting } from './greeting';\nconsole.log(greeting);\n");
    write('vpc/greeting.ts', "export const greeting: string = 'hello';\n");
  });
  const built = () => execFileSync(process.execPath, [join(root, 'dist/vpc.cjs')], { encoding: 'utf8' });

  test('bundles what has a source, skips what has none, and says what it did', () => {
    const { status, stdout, stderr } = run('build.mjs');
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^dist\/vpc\.cjs built in \d+ ms\n$/);
    expect(built()).toBe('hello\n');
  });

  test('leaves alone what is made of unchanged files, and makes again what is not', () => {
    run('build.mjs', ['vpc']);
    const first = statSync(join(root, 'dist/vpc.cjs')).ino;
    expect(run('build.mjs', ['vpc']).stderr).toBe('');
    expect(statSync(join(root, 'dist/vpc.cjs')).ino).toBe(first);
    write('vpc/greeting.ts', "export const greeting: string = 'good morning';\n");
    expect(run('build.mjs', ['--quiet', 'vpc']).stderr).toBe('');
    expect(built()).toBe('good morning\n');
    rmSync(join(root, 'dist/vpc.cjs'));
    run('build.mjs', ['vpc']);
    expect(built()).toBe('good morning\n');
  });

  test('a source that cannot be built fails, and leaves the last good bundle', () => {
    run('build.mjs', ['vpc']);
    write('vpc/greeting.ts', 'export const =;\n');
    const { status, stderr } = run('build.mjs', ['vpc']);
    expect(status).toBe(1);
    expect(stderr).toContain('vpc/greeting.ts:1:13');
    expect(built()).toBe('hello\n');
  });

  test('a target that is not there is named', () => {
    expect(run('build.mjs', ['moon'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('There is no target moon') as unknown,
    });
    expect(run('build.mjs', ['demo'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('demo: examples/demo/main.ts does not exist') as unknown,
    });
  });

  test('where no Bun is installed the provider is a script that becomes Node, and the build says so', () => {
    rmSync(join(root, 'node_modules'));
    mkdirSync(join(root, 'node_modules'));
    symlinkSync(join(ROOT, 'node_modules/esbuild'), join(root, 'node_modules/esbuild'));
    write('provider/main.ts', 'console.log(process.pid, process.argv.slice(2).join());\n');
    const { status, stderr } = run('build.mjs', ['provider']);
    expect(status).toBe(0);
    expect(stderr).toContain('is not installed: terraform-provider-tg is a script that needs Node on the PATH');
    const elsewhere = join(root, 'link');
    symlinkSync(join(root, 'dist/terraform-provider-tg'), elsewhere);
    const child = spawnSync(elsewhere, ['a', 'b c'], { encoding: 'utf8' });
    // Its own process id: Terraform's signals reach Node itself.
    expect(child.stdout).toBe(`${child.pid} a,b c\n`);
  });

  test('AWS schemas of another shape stop the build rather than swell the bundle', () => {
    const check = (source: string) => {
      const script = `import { literalKeys } from '${join(root, 'scripts/build/shake-aws.mjs')}'; process.stdout.write(String(literalKeys(${JSON.stringify(source)})));`;
      return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    };
    expect(check('const _a = "A\\"";\nconst x = { [_a]: 1, b: [_a] };')).toBe(
      'const _a = "A\\"";\nconst x = { "A\\"": 1, b: [_a] };',
    );
    expect(check('const _a = "A";\nconst x = { [_b]: 1 };')).toBe('undefined');
    expect(check('const x = 1;')).toBe('undefined');
  });
});

describe('bootstrap.mjs', () => {
  const npm = () => existsSync(join(root, 'npm-was-here')) && readFileSync(join(root, 'npm-was-here'), 'utf8').trim();
  const bootstrap = (...args: string[]) =>
    run('bootstrap.mjs', args, { PATH: `${join(root, 'bin')}:${process.env.PATH ?? ''}` });

  beforeEach(() => {
    write('package.json', '{ "engines": { "node": ">=20.19" } }');
    const packages = {
      '': {},
      api: { version: '1.0.0' },
      'node_modules/@tg/api': { link: true },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/for-mac': { version: '1.0.0', optional: true },
    };
    write('package-lock.json', JSON.stringify({ packages }));
    write('bin/npm', `#!/bin/sh\necho "$@" > ${join(root, 'npm-was-here')}\nexit \${NPM_FAILS:-0}\n`);
    chmodSync(join(root, 'bin/npm'), 0o755);
  });
  const installed = (version: string) =>
    write('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { version } } }));

  test('installs when nothing is installed, without install scripts, and keeps stdout clean', () => {
    expect(bootstrap('--quiet')).toMatchObject({ status: 0, stdout: '' });
    expect(npm()).toBe('ci --ignore-scripts --no-audit --no-fund --loglevel=error');
  });

  test('installs when something else is installed', () => {
    installed('0.9.0');
    expect(bootstrap().status).toBe(0);
    expect(npm()).toContain('ci');
  });

  test('does nothing when all is there; what is only for other platforms may be missing', () => {
    installed('1.0.0');
    expect(bootstrap('--quiet')).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(npm()).toBe(false);
  });

  test('says when the installation failed', () => {
    expect(run('bootstrap.mjs', [], { PATH: join(root, 'bin'), NPM_FAILS: '1' })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('npm ci failed') as unknown,
    });
  });

  test('refuses a Node that is too old, and misses terraform', () => {
    installed('1.0.0');
    expect(run('bootstrap.mjs', [], { TERRAFORM: '', PATH: '/nowhere' }).stderr).toContain(
      'terraform is not on the PATH',
    );
    write('package.json', '{ "engines": { "node": ">=99.1" } }');
    const old = bootstrap();
    expect(old.status).toBe(1);
    expect(old.stderr).toBe(
      `Node 99.1 or later is needed; this is ${process.versions.node}. Install one from https://nodejs.org/.\n`,
    );
  });
});

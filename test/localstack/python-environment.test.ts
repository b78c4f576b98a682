import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonEnvironment } from './python-environment';

/** Behaves like `python -m venv FOLDER` and `python -m pip install`, and writes down each call. */
const stub = (log: string) => `#!/bin/sh
echo "$2" >> "${log}"
case "$2" in
  venv) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  pip) if [ -e "${log}.fail" ]; then echo "no such package" >&2; exit 1; fi; sleep 0.3 ;;
esac
`;

describe('the Python environment', () => {
  let folder: string;
  let python: string;
  let requirements: string;
  const env = { ...process.env };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tg-python-'));
    python = join(folder, 'python3.13');
    requirements = join(folder, 'requirements.txt');
    process.env.TG_CACHE_DIR = join(folder, 'cache');
    await writeFile(python, stub(join(folder, 'log')));
    await chmod(python, 0o755);
    await writeFile(requirements, 'localstack-core==4.14.0\n');
  });
  afterEach(async () => {
    process.env = { ...env };
    await rm(folder, { recursive: true, force: true });
  });

  const make = () => pythonEnvironment(python, requirements);
  const made = async () => (await readFile(join(folder, 'log'), 'utf8')).split('\n').filter(Boolean);
  const cached = () => readdir(join(folder, 'cache'));

  test('is made once per requirements file', async () => {
    const first = await make();
    expect(first).toEqual({
      python: expect.stringMatching(/cache\/localstack-[0-9a-f]{12}\/bin\/python$/) as unknown,
    });
    expect(await make()).toEqual(first);
    expect(await made()).toEqual(['venv', 'pip']);
    await writeFile(requirements, 'localstack-core==4.14.0\nmoto-ext==5.1.25\n');
    expect(await make()).not.toEqual(first);
    expect(await made()).toEqual(['venv', 'pip', 'venv', 'pip']);
  });

  test('when pip fails: its last words, nothing left behind, and the next try starts afresh', async () => {
    await writeFile(join(folder, 'log.fail'), '');
    expect(await make()).toEqual({ unavailable: `pip could not install ${requirements}: no such package` });
    expect(await cached()).toEqual([]);
    await rm(join(folder, 'log.fail'));
    expect(await make()).toHaveProperty('python');
  });

  test('what a killed builder left is removed; a living one is waited for', async () => {
    await make();
    const [name = ''] = await cached();
    await rm(join(folder, 'cache', name), { recursive: true });
    await mkdir(join(folder, 'cache', 'localstack-0123456789ab.999999999.building'));
    const living = join(folder, 'cache', `${name}.${process.ppid}.building`);
    await mkdir(living);
    let done = false;
    const second = make().then((result) => {
      done = true;
      return result;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(done).toBe(false);
    await mkdir(join(folder, 'cache', name, 'bin'), { recursive: true });
    await writeFile(join(folder, 'cache', name, 'bin', 'python'), '');
    await rm(living, { recursive: true });
    expect(await second).toEqual({ python: join(folder, 'cache', name, 'bin', 'python') });
    expect(await made()).toEqual(['venv', 'pip']);
    expect(await cached()).toEqual([name]);
  });
});

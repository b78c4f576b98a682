import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command';

const QUESTION = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2]); print(sys.executable)';

/** The path of the interpreter that `command` really starts, if that is a whole Python 3.13. */
async function interpreter(command: string): Promise<string | null> {
  const { ok, stdout } = await runCommand(command, ['-c', QUESTION], 20_000);
  const [version, path] = stdout.split('\n');
  return ok && version === '3.13' && path ? path : null;
}

/** Pythons 3.13 that pyenv has installed, newest first, whether pyenv itself is on the path or not. */
async function fromPyenv(): Promise<string[]> {
  const root = process.env.PYENV_ROOT ?? join(homedir(), '.pyenv');
  const versions = await readdir(join(root, 'versions')).catch((): string[] => []);
  const patch = (name: string) => Number(name.split('.')[2]);
  return versions
    .filter((name) => /^3\.13\.\d+$/.test(name))
    .sort((a, b) => patch(b) - patch(a))
    .map((name) => join(root, 'versions', name, 'bin', 'python3'));
}

async function fromUv(): Promise<string[]> {
  const found = await runCommand('uv', ['python', 'find', '3.13'], 20_000);
  if (found.ok) return [found.stdout];
  const installed = await runCommand('uv', ['python', 'install', '3.13'], 300_000);
  return installed.ok ? [(await runCommand('uv', ['python', 'find', '3.13'], 20_000)).stdout] : [];
}

/** A Python 3.13 that runs: `python3.13`, `python3`, then what pyenv has, then what uv has or can get. Null: none. */
export async function findPython(): Promise<string | null> {
  for (const candidates of [() => Promise.resolve(['python3.13', 'python3']), fromPyenv, fromUv]) {
    for (const candidate of await candidates()) {
      const path = await interpreter(candidate);
      if (path !== null) return path;
    }
  }
  return null;
}

import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './run-command';

/** Where downloads are kept: `TG_CACHE_DIR`, else `tg` in the user's cache folder. */
export function cacheFolder(): string {
  return process.env.TG_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'tg');
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * A virtual environment with exactly the packages of a requirements file: the interpreter in it, or why there is none.
 * Kept in the cache under the hash of the file and the interpreter. It is built beside its place and moved there when it
 * is whole, so that a half-made one is never used and two that build at once do not meet.
 */
export async function pythonEnvironment(
  python: string,
  requirementsFile: string,
): Promise<{ python: string } | { unavailable: string }> {
  const hash = createHash('sha256')
    .update(await readFile(requirementsFile))
    .update(python)
    .digest('hex')
    .slice(0, 12);
  const name = `localstack-${hash}`;
  const folder = join(cacheFolder(), name);
  const inside = join('bin', 'python');
  if (await exists(join(folder, inside))) return { python: join(folder, inside) };

  await mkdir(cacheFolder(), { recursive: true });
  await untilOthersAreDone(cacheFolder(), name);
  if (await exists(join(folder, inside))) return { python: join(folder, inside) };
  const building = join(cacheFolder(), `${name}.${process.pid}.building`);
  try {
    const made = await runCommand(python, ['-m', 'venv', building], 120_000);
    if (!made.ok) return { unavailable: `${python} -m venv failed: ${made.reason}` };
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'];
    const installed = await runCommand(join(building, inside), [...pip, '-r', requirementsFile], 600_000);
    if (!installed.ok) return { unavailable: `pip could not install ${requirementsFile}: ${installed.reason}` };
    await rename(building, folder).catch(async (error: unknown) => {
      if (!(await exists(join(folder, inside)))) throw error;
    });
    return { python: join(folder, inside) };
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Waits while another process builds the same environment, and removes what killed builders left. */
async function untilOthersAreDone(folder: string, name: string): Promise<void> {
  const deadline = Date.now() + 600_000;
  for (;;) {
    let building = false;
    for (const entry of await readdir(folder)) {
      const pid = /^localstack-[0-9a-f]+\.(\d+)\.building$/.exec(entry)?.[1];
      if (pid === undefined) continue;
      if (!isAlive(Number(pid))) await rm(join(folder, entry), { recursive: true, force: true });
      else building ||= entry.startsWith(name);
    }
    if (!building || Date.now() > deadline) return;
    await sleep(500);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

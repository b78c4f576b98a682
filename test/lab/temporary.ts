import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OWNER = 'owner.json';

/** Which process a folder belongs to: a process id alone is used again by others. */
interface Owner {
  pid: number;
  /** As /proc/PID/stat has it. */
  startTime: string;
}

/**
 * Makes a temporary folder `PREFIX…` of this process, and removes those whose process has ended without doing so: only
 * folders of this user that say whose they are.
 */
export async function temporaryFolder(prefix: string, parent = tmpdir()): Promise<string> {
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix) && (await isLeftOver(join(parent, name)))) {
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
  const folder = await mkdtemp(join(parent, prefix));
  const owner: Owner = { pid: process.pid, startTime: (await startTimeOf(process.pid)) ?? '' };
  await writeFile(join(folder, OWNER), JSON.stringify(owner));
  return folder;
}

async function isLeftOver(folder: string): Promise<boolean> {
  try {
    const { uid } = await stat(folder);
    if (uid !== process.getuid?.()) return false;
    const { pid, startTime } = JSON.parse(await readFile(join(folder, OWNER), 'utf8')) as Owner;
    return Number.isInteger(pid) && startTime !== '' && (await startTimeOf(pid)) !== startTime;
  } catch {
    return false; // it does not say whose it is
  }
}

/** When a process was started, in ticks since the machine was; null: there is none. */
async function startTimeOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

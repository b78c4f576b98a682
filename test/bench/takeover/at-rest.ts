import { readFile, readdir } from 'node:fs/promises';

/** Memory and processor time of a process and all it started. */
export interface Usage {
  /** Resident memory in MB (10⁶), shared pages counted for each process. */
  rssMb: number;
  /** Of the process itself, without its children. */
  ownRssMb: number;
  cpuMs: number;
  /** Of the process itself. */
  ownCpuMs: number;
}

const TICK_MS = 10; // USER_HZ is 100 on every Linux that Node runs on

/** What a process and its descendants use now. */
export async function usageOf(pid: number): Promise<Usage> {
  const processes = await Promise.all((await family(pid)).map(one));
  const sum = (pick: (usage: { rss: number; cpu: number }) => number) =>
    processes.reduce((total, usage) => total + pick(usage), 0);
  const [own] = processes;
  return {
    rssMb: sum(({ rss }) => rss),
    ownRssMb: own?.rss ?? NaN,
    cpuMs: sum(({ cpu }) => cpu),
    ownCpuMs: own?.cpu ?? NaN,
  };
}

async function one(pid: number): Promise<{ rss: number; cpu: number }> {
  const [status, stat] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readFile(`/proc/${pid}/stat`, 'utf8'),
  ]);
  const rss = (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) * 1024) / 1e6;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // utime, stime, and those of children that have ended and were waited for
  const ticks = [11, 12, 13, 14].reduce((total, index) => total + Number(fields[index]), 0);
  return { rss, cpu: ticks * TICK_MS };
}

/** The process and its descendants. */
async function family(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
    if (stat !== null) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const found = [root];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found;
}

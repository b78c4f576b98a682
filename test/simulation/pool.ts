import { fork, type ChildProcess } from 'node:child_process';
import { batch, regressions, type BatchResult } from './batch';
import type { Sut } from './sut';
import { useLightAbort } from './world/light-abort';
import { outsideMicrotasks } from './world/microtasks';

/** A row of seeds; none: the scenarios that failed before. */
interface Task {
  from: number;
  count: number;
}

/** What makes this very program a worker: see {@link work}. */
export const WORKER = '--worker';
/** Seeds that a worker plays at a time. */
const CHUNK = 50;

/** The other side of {@link runPool}: plays what it is told until its parent is gone. */
export function work(sut: Sut): void {
  useLightAbort();
  process.on('message', ({ from, count }: Task) => {
    void outsideMicrotasks(() => (count === 0 ? regressions(sut) : batch(from, count, sut))).then((result) =>
      process.send?.(result),
    );
  });
  process.on('disconnect', () => process.exit(0));
}

/**
 * Plays the scenarios that failed before and then seeds, in order, in `jobs` processes of `program`, until `limit` have been played or `onResult` returns true.
 * Rejects when a worker dies.
 */
export async function runPool(
  program: string,
  jobs: number,
  first: number,
  limit: number,
  onResult: (result: BatchResult) => boolean,
): Promise<void> {
  let next = first;
  let enough = false;
  const workers: ChildProcess[] = [];
  try {
    await Promise.all(
      Array.from({ length: Math.max(1, jobs) }, async () => {
        const worker = fork(program, [WORKER], { execArgv: ['--max-semi-space-size=32'] });
        workers.push(worker);
        if (workers.length === 1) enough = onResult(await ask(worker, { from: 0, count: 0 }));
        while (!enough && next < first + limit) {
          const task: Task = { from: next, count: Math.min(CHUNK, first + limit - next) };
          next += task.count;
          const result = await ask(worker, task);
          enough = onResult(result) || enough;
        }
      }),
    );
  } finally {
    for (const worker of workers) worker.kill();
  }
}

function ask(worker: ChildProcess, task: Task): Promise<BatchResult> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => {
      reject(
        new Error(`a worker ended with ${code ?? 'a signal'} at seeds ${task.from}–${task.from + task.count - 1}`),
      );
    };
    worker.once('exit', onExit);
    worker.once('message', (result) => {
      worker.off('exit', onExit);
      resolve(result as BatchResult);
    });
    worker.send(task);
  });
}

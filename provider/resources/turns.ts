import { withSignal } from '../portal/portal-error';

/** Lets jobs about the same thing run one after the other, in the order in which they came. */
export class Turns {
  /** By key: ends when the last job that came has ended. */
  private readonly last = new Map<string, Promise<void>>();

  /** Runs `job` when those before it are over. Rejects as soon as `signal` aborts while it waits; its turn is then passed on. */
  async take<T>(key: string, signal: AbortSignal, job: () => Promise<T>): Promise<T> {
    const before = this.last.get(key) ?? Promise.resolve();
    let done = (): void => undefined;
    const mine = new Promise<void>((resolve) => (done = resolve));
    this.last.set(
      key,
      before.then(() => mine),
    );
    try {
      await withSignal(before, signal);
      return await job();
    } finally {
      done();
    }
  }
}

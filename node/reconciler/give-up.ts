import { Ec2Error, OsError, type Clock } from './ports';

/** The code of a call that this node gave up because the opposite came to be wanted. */
export const ABANDONED = 'Abandoned';

/**
 * Runs one EC2 call, and stops waiting for it after `ms` or when `controller` aborts: it may then have happened all the
 * same, which the error's outcome says. Rejects with an {@link Ec2Error} always.
 */
export function withDeadline<T>(
  clock: Clock,
  ms: number,
  controller: AbortController,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const giveUp = (code: string, why: string): void => {
      over.abort('over');
      controller.abort('given up');
      reject(new Ec2Error('timeout', 'retry-now', code, why, 'unknown'));
    };
    controller.signal.addEventListener('abort', () => {
      giveUp(ABANDONED, 'given up because it was no longer wanted');
    });
    clock.sleep(ms, over.signal).then(
      () => {
        if (!over.signal.aborted) giveUp('Timeout', `no answer within ${ms} ms`);
      },
      (error: unknown) => {
        giveUp('Timeout', `the clock failed: ${String(error)}`);
      },
    );
    call(controller.signal).then(
      (value) => {
        over.abort('over');
        resolve(value);
      },
      (error: unknown) => {
        over.abort('over');
        reject(asEc2Error(error));
      },
    );
  });
}

/** A port that breaks its promise about errors must not break the loop: its error counts as one that may pass. */
export function asEc2Error(error: unknown): Ec2Error {
  if (error instanceof Ec2Error) return error;
  return new Ec2Error('unknown', 'retry-later', nameOf(error), messageOf(error), 'unknown', { cause: error });
}

/** As {@link withDeadline}, for the operating system: rejects with an {@link OsError} always. */
export function withOsDeadline<T>(clock: Clock, ms: number, call: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    void clock.sleep(ms, over.signal).then(() => {
      if (!over.signal.aborted) reject(new OsError('failed', 'retry-later', `no answer within ${ms} ms`));
    });
    call().then(
      (value) => {
        over.abort('over');
        resolve(value);
      },
      (error: unknown) => {
        over.abort('over');
        reject(
          error instanceof OsError ? error : new OsError('failed', 'retry-later', messageOf(error), { cause: error }),
        );
      },
    );
  });
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

import { Ec2Error, OsError } from './ports';

/** The code of a call that this node gave up because the opposite came to be wanted. */
export const ABANDONED = 'Abandoned';

/** How the step that waits for a call of a port can be told to wait no longer. */
export interface Waiting {
  /** When the call that is under way is given up, on the clock; infinite: never. */
  deadline: number;
  /** Gives it up for its deadline. */
  expire: () => void;
  /** Gives it up because it is no longer wanted; nothing happens to a call that would be over soon anyway. */
  abandon: () => void;
}

export const newWaiting = (): Waiting => ({ deadline: Infinity, expire: nothing, abandon: nothing });

const nothing = (): void => undefined;

/**
 * Runs one EC2 call, and stops waiting for it when it is given up: it may then have happened all the same, which the
 * error's outcome says. Rejects with an {@link Ec2Error} always.
 */
export async function ec2Call<T>(
  waiting: Waiting,
  now: number,
  ms: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  return wait(
    waiting,
    (reject) => {
      const giveUp = (code: string, why: string): void => {
        reject(new Ec2Error('timeout', 'retry-now', code, why, 'unknown'));
        controller.abort('given up');
      };
      waiting.deadline = now + ms;
      waiting.expire = () => giveUp('Timeout', `no answer within ${ms} ms`);
      waiting.abandon = () => giveUp(ABANDONED, 'given up because it was no longer wanted');
    },
    () => call(controller.signal),
    asEc2Error,
  );
}

/** As {@link ec2Call}, for the operating system: rejects with an {@link OsError} always. */
export async function osCall<T>(waiting: Waiting, now: number, ms: number, call: () => Promise<T>): Promise<T> {
  return wait(
    waiting,
    (reject) => {
      waiting.deadline = now + ms;
      waiting.expire = () => reject(new OsError('failed', 'retry-later', `no answer within ${ms} ms`));
    },
    call,
    asOsError,
  );
}

function wait<T>(
  waiting: Waiting,
  arm: (reject: (error: Error) => void) => void,
  call: () => Promise<T>,
  asError: (error: unknown) => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    // What answers after it was given up must not disarm the call that followed it.
    const over = (): void => {
      if (!isOver) Object.assign(waiting, newWaiting());
      isOver = true;
    };
    arm((error) => {
      over();
      reject(error);
    });
    call().then(
      (value) => {
        over();
        resolve(value);
      },
      (error: unknown) => {
        over();
        reject(asError(error));
      },
    );
  });
}

/** A port that breaks its promise about errors must not break the loop: its error counts as one that may pass. */
export function asEc2Error(error: unknown): Ec2Error {
  if (error instanceof Ec2Error) return error;
  return new Ec2Error('unknown', 'retry-later', nameOf(error), messageOf(error), 'unknown', { cause: error });
}

/** As {@link asEc2Error}. */
export function asOsError(error: unknown): OsError {
  if (error instanceof OsError) return error;
  return new OsError('failed', 'retry-later', messageOf(error), { cause: error });
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

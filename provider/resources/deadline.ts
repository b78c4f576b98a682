import { PortalError } from '../portal/portal-error';

/** A timer's longest time; with more, Node fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** A signal that aborts with `signal`, or after `ms` with an error that ends in `advice`. `done` must be called at the end. */
export function deadline(
  signal: AbortSignal,
  ms: number,
  advice: string,
): { readonly signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const onAbort = (): void => {
    const reason: unknown = signal.reason;
    controller.abort(
      new PortalError('aborted', reason instanceof Error ? reason.message : 'terraform was interrupted'),
    );
  };
  const timer = setTimeout(
    () => controller.abort(new PortalError('aborted', `the time limit of ${ms / 1000} s is over; ${advice}`)),
    Math.min(ms, LONGEST_MS),
  );
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    done: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

import { PortalError } from '../../portal/portal-error';

/** A signal that aborts with `signal`, or after `ms` with an error that names the setting. `done` must be called at the end. */
export function deadline(
  signal: AbortSignal,
  ms: number,
  setting: string,
): { readonly signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const onAbort = (): void => {
    const reason: unknown = signal.reason;
    controller.abort(
      new PortalError('aborted', reason instanceof Error ? reason.message : 'terraform was interrupted'),
    );
  };
  const timer = setTimeout(
    () =>
      controller.abort(
        new PortalError('aborted', `the time limit of ${ms / 1000} s is over; set ${setting} to allow more`),
      ),
    ms,
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

/**
 * What went wrong with the config API, as far as a caller acts on it:
 * - `settings`: the provider's settings do not fit this target; nothing was sent
 * - `unreachable`: no connection; nothing was sent
 * - `tls`: somebody answered, but not with a certificate that is trusted (or not in TLS); nothing was sent
 * - `credentials` (401), `forbidden` (403), `not-found` (404), `changed` (412), `too-large` (413)
 * - `refused`: 422 with the server's sentences, or the node put the write back because AWS refused it for good
 * - `unknown-outcome`: a write was sent and no answer came; it may have been executed
 * - `server`: any other status, or no answer to a read in time
 * - `protocol`: an answer that is not what the API promises
 * - `pending`: the write is in force, but not yet applied when time was up
 * - `superseded`: a later write replaced this one before it was applied
 * - `aborted`: the caller gave up (its timeout, or terraform was interrupted)
 */
export type PortalErrorKind =
  | 'settings'
  | 'unreachable'
  | 'tls'
  | 'credentials'
  | 'forbidden'
  | 'not-found'
  | 'changed'
  | 'too-large'
  | 'refused'
  | 'unknown-outcome'
  | 'server'
  | 'protocol'
  | 'pending'
  | 'superseded'
  | 'aborted';

/** The one error of this folder. `message` is made for the user: it names who, what and the way out, and no secret. */
export class PortalError extends Error {
  override readonly name = 'PortalError';
  constructor(
    readonly kind: PortalErrorKind,
    message: string,
    /** The server's own sentences (422, refusal), already part of `message`. */
    readonly sentences: readonly string[] = [],
    options?: ErrorOptions & { status?: number; retryAfterMs?: number | null },
  ) {
    super(message, options);
    this.status = options?.status ?? null;
    this.retryAfterMs = options?.retryAfterMs ?? null;
  }

  /** The HTTP status, where there was an answer. */
  readonly status: number | null;
  /** How long the server asked to wait before the same request is sent again; null when it did not say. */
  readonly retryAfterMs: number | null;
}

/** The error that `signal` aborts with, as a {@link PortalError}; a PortalError given as the abort's reason is kept. */
export function abortedError(signal: AbortSignal): PortalError {
  const reason: unknown = signal.reason;
  if (reason instanceof PortalError) return reason;
  return new PortalError('aborted', reason instanceof Error ? reason.message : 'the operation was cancelled');
}

/** `promise`, or a PortalError as soon as `signal` aborts, whichever is first; the promise itself goes on. */
export function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortedError(signal));
      return;
    }
    const onAbort = (): void => reject(abortedError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

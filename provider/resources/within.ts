import type { TimedOperation, Timeouts } from '../framework/schema/timeouts';
import { timeoutOf } from '../framework/schema/timeouts';
import type { OperationContext } from '../framework/server/resource-definition';
import type { Portal } from '../portal/portal';
import type { TgProvider } from '../tg-provider';
import { deadline } from './deadline';

/** What an operation works with. */
export interface Reach {
  readonly portal: Portal;
  /** Aborts when the user stops terraform or `timeouts` is over. */
  readonly signal: AbortSignal;
}

/** Runs `job` for as long as `timeouts` allows. */
export async function within<O extends TimedOperation, T>(
  operation: NoInfer<O>,
  configured: Timeouts<NoInfer<O>> | null,
  defaults: Readonly<Record<O, string>>,
  context: OperationContext<TgProvider>,
  job: (reach: Reach) => Promise<T>,
): Promise<T> {
  const limit = deadline(
    context.signal,
    timeoutOf(operation, configured, defaults),
    `set timeouts.${operation} to allow more`,
  );
  try {
    return await job({ portal: await context.provider.portal(), signal: limit.signal });
  } finally {
    limit.done();
  }
}

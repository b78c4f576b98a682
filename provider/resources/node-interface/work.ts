import type { TimedOperation } from '../../framework/schema/timeouts';
import type { OperationContext } from '../../framework/server/resource-definition';
import type { Portal } from '../../portal/portal';
import type { Target } from '../../portal/target';
import { describeTarget } from '../../portal/target';
import type { TgProvider } from '../../tg-provider';
import { within as withinTime } from '../within';
import { targetOf } from './endpoint-of';
import type { NodeInterfaceState } from './schema';
import { DEFAULT_TIMEOUTS } from './schema';

/** One operation on one interface, with its time limit running. */
export interface Work {
  readonly portal: Portal;
  readonly target: Target;
  readonly nic: string;
  /** `eth1 of node gw-a.example.com`, for messages. */
  readonly what: string;
  readonly signal: AbortSignal;
}

type Addressed = Pick<NodeInterfaceState, 'node_fqdn' | 'node_id' | 'cluster_fqdn' | 'node_fqdns' | 'nic' | 'timeouts'>;

/** Runs `job` with what it needs, for as long as `timeouts` allows. */
export async function within<T>(
  operation: TimedOperation & keyof typeof DEFAULT_TIMEOUTS,
  resource: Addressed,
  context: OperationContext<TgProvider>,
  job: (work: Work) => Promise<T>,
): Promise<T> {
  const target = targetOf(resource);
  if (target === null) throw new Error('the resource names neither a node nor a cluster');
  const { nic } = resource;
  const what = `${nic} of ${describeTarget(target)}`;
  return withinTime(operation, resource.timeouts, DEFAULT_TIMEOUTS, context, ({ portal, signal }) =>
    job({ portal, target, nic, what, signal }),
  );
}

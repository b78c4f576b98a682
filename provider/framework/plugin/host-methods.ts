import { message } from '../protocol/message';
import { stream, unary } from '../protocol/rpc';
import { streamMethod, unaryMethod, type CallContext, type Method } from './method';
import { GrpcError, Status } from './status';

interface Empty {
  readonly _?: never;
}
const Empty = message<Empty>('plugin.Empty', () => []);

interface HealthCheckRequest {
  readonly service: string;
}
const HealthCheckRequest = message<HealthCheckRequest>('grpc.health.v1.HealthCheckRequest', () => [
  { no: 1, name: 'service', type: 'string' },
]);

interface HealthCheckResponse {
  readonly status: 'UNKNOWN' | 'SERVING';
}
const HealthCheckResponse = message<HealthCheckResponse>('grpc.health.v1.HealthCheckResponse', () => [
  { no: 1, name: 'status', type: { values: { UNKNOWN: 0, SERVING: 1 } } },
]);

const Shutdown = unary('/plugin.GRPCController/Shutdown', Empty, Empty);
const StreamStdio = stream('/plugin.GRPCStdio/StreamStdio', Empty, Empty);
const HealthCheck = unary('/grpc.health.v1.Health/Check', HealthCheckRequest, HealthCheckResponse);

/**
 * What go-plugin expects beside the provider itself. Its broker, for connections that a plugin opens back to the client, is left out:
 * Terraform never uses one, and takes UNIMPLEMENTED for an answer.
 *
 * `shutDown` is called when the client asked for the end and the answer is on its way.
 */
export function hostMethods(shutDown: () => void): ReadonlyMap<string, Method> {
  return new Map([
    unaryMethod(Shutdown, (_, context) => {
      context.signal.addEventListener('abort', shutDown, { once: true });
      return Promise.resolve({});
    }),
    // Stdout and stderr of the plugin reach the client as what they are: nothing is ever sent here. Held open, because a client
    // that is refused logs a warning in each run.
    streamMethod(StreamStdio, silence),
    unaryMethod(HealthCheck, ({ service }) =>
      service === '' || service === 'plugin'
        ? Promise.resolve({ status: 'SERVING' })
        : Promise.reject(new GrpcError(Status.notFound, `There is no service '${service}' here.`)),
    ),
  ]);
}

/** A stream that ends with its call and never says anything. */
function silence(_: Empty, { signal }: CallContext): AsyncIterable<Empty> {
  const next = () =>
    new Promise<IteratorResult<Empty>>((resolve) => {
      const end = () => resolve({ done: true, value: undefined });
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
    });
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

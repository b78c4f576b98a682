import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeStatus } from '@tg/api';

/** What the endpoint answers: 200 on the healthy active node only. */
export interface Verdict {
  code: 200 | 503;
  reason: string;
}

/** Whether traffic should be sent to this node, in one line. */
export function verdictOf({ fqdn, role, interfaces, cluster }: NodeStatus): Verdict {
  const not = (reason: string): Verdict => ({ code: 503, reason: `${fqdn} ${reason}` });
  if (role !== 'active') {
    const self = cluster?.members.find((member) => member.self);
    return not(`is ${self?.phase ?? role}, not active`);
  }
  const fitness = cluster?.members.find((member) => member.self)?.fitness;
  if (fitness?.enabled === false) return not('is disabled');
  if (fitness?.healthy === false) return not(`is not healthy: ${fitness.problems.join(' ') || 'a NIC has no link'}`);
  const wanted = interfaces.filter(({ clusterIP }) => clusterIP !== null);
  const missing = wanted.find(({ eni, os }) => eni === 'absent' || (os !== 'bound' && os !== 'dry-run'));
  if (missing !== undefined) {
    return not(
      `is active, but ${missing.clusterIP ?? ''} is ${missing.eni} at its ENI and ${missing.os} on ${missing.nic}`,
    );
  }
  return { code: 200, reason: `${fqdn} is active` };
}

/** A serving endpoint. */
export interface StatusEndpoint {
  port: number;
  close(): Promise<void>;
}

/** A load balancer asks often and keeps its connections; more than these are not its. */
const MAX_CONNECTIONS = 256;

/**
 * Serves `/status` over plain HTTP for load balancers: what is known now, at once. Rejects with a sentence when the
 * address cannot be had.
 */
export async function serveStatus(
  where: { host: string; port: number },
  verdict: () => Verdict,
): Promise<StatusEndpoint> {
  const { host, port } = where;
  const server = createServer(
    { headersTimeout: 5000, requestTimeout: 5000, keepAliveTimeout: 30_000 },
    (request, response) => {
      request.resume();
      const path = (request.url ?? '').split('?', 1)[0];
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      const { code, reason } =
        path !== '/status'
          ? { code: 404, reason: 'there is only /status here' }
          : isRead
            ? verdict()
            : { code: 405, reason: 'only GET and HEAD are answered' };
      response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : `${reason}\n`);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE' ? 'something else listens there; choose another statusPort' : cause.message;
      reject(
        new Error(`cannot serve the status at ${host}:${port} (config.cluster.statusHost, statusPort): ${why}`, {
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
  server.on('error', () => undefined);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

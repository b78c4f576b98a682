import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens, and says where: `http://HOST:PORT`. Rejects with a sentence when the port is taken or the host is not ours. */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot listen on ${host} port ${port}: ${reason}. Choose another with --port (0: any free one).`, {
      cause: error,
    });
  }
  const address = server.address() as AddressInfo;
  return `http://${address.family === 'IPv6' ? `[${host}]` : host}:${address.port}`;
}

/** Stops listening and cuts every connection. */
export async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}

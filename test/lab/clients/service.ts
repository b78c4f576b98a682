import { createServer } from 'node:net';

/** Says who it is to whoever connects, and sends back what it is sent, on all addresses of its host. */
export function serve(name: string, port: number, ready: () => void): void {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.write(`${name}\n`);
    socket.on('data', (data) => socket.write(data));
    socket.on('error', () => undefined); // a client that resets, or was reset
  });
  server.listen({ port, host: '0.0.0.0', backlog: 4096 }, ready);
}

import { connect, type Socket } from 'node:net';
import { now } from '../clock';
import type { ClientEvent, SessionName } from './event';

const CHAT_MS = 50;
const RECONNECT_MS = 50;
const GIVE_UP_MS = 1000;

/** One established connection; `poke` writes a line, to see whether it still lives. */
export interface Session {
  poke(): void;
}

/** Opens the connection of that name and reports what happens to it. */
export function openSession(
  client: SessionName,
  target: { address: string; port: number },
  tell: (event: ClientEvent) => void,
): Session {
  let socket: Socket;
  const open = () => {
    let by: string | null = null;
    let isOver = false;
    socket = connect({ host: target.address, port: target.port, noDelay: true });
    const own = socket;
    if (client === 'keepalive') own.setKeepAlive(true, 1000);
    const timer = setTimeout(() => end('timeout-connect'), GIVE_UP_MS);
    const end = (how: string) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (by !== null) tell({ kind: 'session', client, at: now(), what: 'end', how });
      own.destroy();
      if (client === 'listener' || by === null) setTimeout(open, RECONNECT_MS);
    };
    own.on('data', (data) => {
      if (by !== null) {
        tell({ kind: 'session', client, at: now(), what: 'data' });
        return;
      }
      clearTimeout(timer);
      by = data.toString().trim();
      tell({ kind: 'session', client, at: now(), what: 'open', by });
    });
    own.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    own.on('close', () => end('closed'));
    own.on('end', () => end('closed'));
  };
  open();
  if (client.endsWith('chat')) setInterval(() => socket.writable && !socket.connecting && socket.write('.'), CHAT_MS);
  return { poke: () => void socket.write('?') };
}

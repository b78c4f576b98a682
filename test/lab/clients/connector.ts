import { connect } from 'node:net';
import { now } from '../clock';
import type { Attempt } from './event';

/** A new connection; over when the service has said its name: a frozen process still accepts. */
export function attempt(address: string, port: number, timeoutMs: number, done: (attempt: Attempt) => void): void {
  const began = now();
  const socket = connect({ host: address, port });
  let isOver = false;
  const finish = (by: string | null, failure: string | null) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    socket.resetAndDestroy(); // leaves no TIME_WAIT behind
    done({ began, ended: now(), by, failure });
  };
  const timer = setTimeout(() => finish(null, socket.connecting ? 'timeout-connect' : 'timeout-data'), timeoutMs);
  socket.on('data', (data) => finish(data.toString().trim(), null));
  socket.on('error', (error: NodeJS.ErrnoException) => finish(null, error.code ?? error.message));
  socket.on('end', () => finish(null, 'end'));
}

/** Begins an attempt every `stepMs` whatever became of those before; `done` hears of each. */
export function keepTrying(
  target: { address: string; port: number; stepMs: number; timeoutMs: number },
  done: (attempt: Attempt) => void,
): void {
  const start = now();
  let count = 0;
  setInterval(() => {
    // After a pause of our own, what was missed is not made up for: it would only be a burst.
    const due = Math.floor((now() - start) / target.stepMs) + 1;
    if (due <= count) return;
    count = due;
    attempt(target.address, target.port, target.timeoutMs, done);
  }, 1);
}

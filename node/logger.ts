import type { Writable } from 'node:stream';
import pino, { type DestinationStream, type Logger } from 'pino';

/** What may wait for a reader of stderr before lines are dropped. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Fields that hold secrets, wherever they turn up one level deep. */
const SECRETS = ['authorization', 'secret', 'token', 'psk', 'password', 'sessionToken', 'secretAccessKey'];

/**
 * The daemon's log: JSON lines on stderr. On a pipe that is read, as on a file, a line is out when the call returns; on
 * one that nobody reads, lines wait and then are dropped: a log must never hold up the refresh of the address.
 */
export function createLogger(level: string, destination: DestinationStream = neverBlocking(process.stderr)): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '(hidden)' },
    },
    destination,
  );
}

/** Lines beyond `maxBytes` waiting are dropped, and counted in a line of their own once there is room again. */
export function neverBlocking(stream: Writable, maxBytes = MAX_WAITING_BYTES): DestinationStream {
  let dropped = 0;
  // A reader that went away (EPIPE) takes the log with it, not the daemon.
  stream.on('error', () => undefined);
  return {
    write(line) {
      if (stream.writableLength >= maxBytes || stream.destroyed) {
        dropped++;
        return;
      }
      if (dropped > 0) {
        const msg = 'log lines were dropped: nobody read them';
        stream.write(`${JSON.stringify({ level: 'warn', time: new Date().toISOString(), dropped, msg })}\n`);
        dropped = 0;
      }
      stream.write(line);
    },
  };
}

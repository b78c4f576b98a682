import pino, { type DestinationStream, type Logger } from 'pino';

/** Fields that hold secrets, wherever they turn up one level deep. */
const SECRETS = ['authorization', 'secret', 'token', 'psk', 'password', 'sessionToken', 'secretAccessKey'];

/** The daemon's log: JSON lines on stderr, written before the call returns. */
export function createLogger(
  level: string,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
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

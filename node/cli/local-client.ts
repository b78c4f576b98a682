import { request } from 'node:http';
import { daemonRuns, socketPath } from '../store/data-dir';
import { CommandFailure } from './failure';

/** An answer of the daemon. */
export interface LocalAnswer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: unknown;
}

/** Talks to the daemon over its administration socket: whoever may open that file is its administrator. */
export interface LocalClient {
  call(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    options?: { body?: unknown; ifMatch?: string },
  ): Promise<LocalAnswer>;
}

const TIMEOUT_MS = 5000;

/** The daemon that works on data_dir; null when none runs. */
export async function connectLocally(dataDir: string, timeoutMs = TIMEOUT_MS): Promise<LocalClient | null> {
  if (!(await daemonRuns(dataDir))) return null;
  return {
    call: (method, path, { body, ifMatch } = {}) =>
      new Promise((resolve, reject) => {
        const sent = request(
          {
            socketPath: socketPath(dataDir),
            method,
            path,
            headers: {
              ...(body === undefined ? {} : { 'content-type': 'application/json' }),
              ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
            },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () => {
              const text = Buffer.concat(chunks).toString('utf8');
              const status = response.statusCode ?? 0;
              try {
                resolve({ status, headers: response.headers, body: JSON.parse(text) as unknown });
              } catch (cause) {
                reject(
                  new CommandFailure(`the daemon answered ${status} with something that is not JSON`, 1, { cause }),
                );
              }
            });
          },
        );
        sent.setTimeout(timeoutMs, () => {
          sent.destroy(
            new Error(
              `it runs, but gave no answer for ${timeoutMs / 1000} s (is it stopped by a debugger or SIGSTOP?)`,
            ),
          );
        });
        sent.on('error', (cause) =>
          reject(new CommandFailure(`cannot talk to the daemon: ${cause.message}`, 1, { cause })),
        );
        sent.end(body === undefined ? undefined : JSON.stringify(body));
      }),
  };
}

/** The sentences of an answer that is not 200. */
export function complaintOf({ status, body }: LocalAnswer): string {
  if (Array.isArray(body)) return body.map(String).join('\n');
  const message = (body as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : `the daemon answered ${status}`;
}

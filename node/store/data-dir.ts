import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { StoreError } from './config-store';
import { diskError } from './durable-file';

const SOCKET = 'admin.sock';
/** `sockaddr_un.sun_path` less its terminating zero. */
const MAX_SOCKET_PATH = 107;

/** The administration socket of the daemon that works on `dataDir`; it is also how others see that it runs. */
export function socketPath(dataDir: string): string {
  return join(dataDir, SOCKET);
}

/**
 * Whether a daemon works on the folder: its kernel still listens on the socket, frozen or not, and stops with the
 * process, however that ends. No pid is compared, so containers that share the folder see each other too.
 */
export function daemonRuns(dataDir: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = connect(socketPath(dataDir));
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTDIR') resolve(false);
      else if (error.code === 'EAGAIN')
        resolve(true); // its backlog is full
      else
        reject(
          new StoreError('locked', `cannot see whether a daemon uses ${dataDir}: ${error.message}`, { cause: error }),
        );
    });
  });
}

/**
 * Makes this process the daemon of the folder until the returned server is closed or the process ends. The server
 * listens on the administration socket; requests are the caller's to answer.
 * Rejects with a StoreError `locked` when another daemon works on it.
 */
export async function claimDataDir(dataDir: string): Promise<Server> {
  const path = socketPath(dataDir);
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
    throw new StoreError(
      'disk',
      `data_dir is too long for the administration socket (${path} has more than ${MAX_SOCKET_PATH} bytes): choose a shorter path`,
    );
  }
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw diskError(dataDir, cause);
  }
  return alone(dataDir, async () => {
    if (await daemonRuns(dataDir)) {
      throw new StoreError(
        'locked',
        `another tg-node already runs on ${dataDir}: stop it first, or give this one a data_dir of its own`,
      );
    }
    await rm(path, { force: true });
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(diskError(path, cause)));
      server.listen(path, resolve);
    });
    await chmod(path, 0o600);
    return server;
  });
}

/** Runs `edit` while no daemon works on the folder and none can start; null, without running it, when one does. */
export async function whileStopped<T>(dataDir: string, edit: () => Promise<T>): Promise<{ result: T } | null> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw diskError(dataDir, cause);
  }
  return alone(dataDir, async () => ((await daemonRuns(dataDir)) ? null : { result: await edit() }));
}

/** One process at a time. Held for milliseconds; a holder that was killed is given up after 5 s. */
async function alone<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  let release: () => Promise<void>;
  try {
    release = await lock(dataDir, {
      lockfilePath: join(dataDir, '.lock'),
      stale: 5000,
      retries: { retries: 60, factor: 1.3, minTimeout: 10, maxTimeout: 200 },
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ELOCKED') throw diskError(dataDir, cause);
    throw new StoreError('locked', `another tg-node command works on ${dataDir}: wait until it is done and repeat`, {
      cause,
    });
  }
  try {
    return await work();
  } finally {
    await release().catch(() => undefined); // it was given up as stale: then it is not ours to remove
  }
}

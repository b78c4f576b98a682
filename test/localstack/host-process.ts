import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { untilHealthy } from './health';
import { SETTINGS, type LocalStack } from './localstack';

/** How much of its log is kept to explain a failed start. */
const LOG_TAIL = 4_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** LocalStack as a process of this machine (its "host mode"), on a free loopback port. */
export async function startHostProcess(python: string): Promise<LocalStack> {
  const folder = await mkdtemp(join(tmpdir(), 'tg-localstack-'));
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(python, ['-m', 'localstack.runtime.main'], {
    cwd: folder,
    env: {
      ...SETTINGS,
      // The default server binds all interfaces whatever GATEWAY_LISTEN says.
      GATEWAY_SERVER: 'hypercorn',
      GATEWAY_LISTEN: endpoint.slice('http://'.length),
      LOCALSTACK_VOLUME_DIR: join(folder, 'volume'),
      HOME: folder,
      PATH: process.env.PATH ?? '',
      PYTHONUNBUFFERED: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const note = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-LOG_TAIL);
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  let ended: string | null = null;
  child.once('error', (error) => (ended = `it could not be started: ${error.message}`));
  child.once('exit', (code, signal) => (ended = `it ended with ${signal ?? `code ${code}`}; its last words:\n${log}`));
  const stop = () => stopChild(child, folder);

  const healthy = await untilHealthy(endpoint, 90_000, () => ended);
  if (healthy.ok) {
    return {
      endpoint,
      how: `LocalStack ${healthy.version} as a process (host mode, ${python}, pid ${child.pid})`,
      stop,
    };
  }
  await stop();
  return { unavailable: `LocalStack in host mode: ${healthy.reason}` };
}

async function stopChild(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(force);
  }
  await rm(folder, { recursive: true, force: true });
}

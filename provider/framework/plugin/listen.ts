import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from './error-code';
import { setting, type Environment } from './environment';
import type { Endpoint } from './handshake';

/** Where a server listens, and how to leave nothing behind. */
export interface Listening {
  readonly endpoint: Endpoint;
  /** Removes the socket from the file system. Synchronous: it must work while the process exits. May be called twice. */
  readonly remove: () => void;
}

/** Longest path of a unix socket that every system takes: macOS has room for 104 bytes with the final zero. */
const MAX_SOCKET_PATH = 103;

/** Makes `server` listen on a private unix socket; with TCP, where there are none, on the loopback address. */
export async function listen(server: Server, env: Environment, network = defaultNetwork()): Promise<Listening> {
  return network === 'unix' ? listenUnix(server, env) : listenTcp(server, env);
}

function defaultNetwork(): Endpoint['network'] {
  return process.platform === 'win32' ? 'tcp' : 'unix';
}

/** The socket stands in a directory that only this user may enter: that, and not the socket's own mode, is portable. */
async function listenUnix(server: Server, env: Environment): Promise<Listening> {
  const directory = mkdtempSync(join(parentOfSocket(env), 'plugin-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const address = join(directory, 'socket');
    await bind(server, { path: address });
    const group = setting(env, 'PLUGIN_UNIX_SOCKET_GROUP');
    if (group !== undefined) admit(group, directory, address);
    return { endpoint: { network: 'unix', address }, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function parentOfSocket(env: Environment): string {
  const wanted = setting(env, 'PLUGIN_UNIX_SOCKET_DIR');
  const parent = wanted ?? tmpdir();
  if (Buffer.byteLength(join(parent, 'plugin-XXXXXX', 'socket')) <= MAX_SOCKET_PATH) return parent;
  if (wanted !== undefined)
    throw new Error(`PLUGIN_UNIX_SOCKET_DIR is too long for the path of a unix socket: ${wanted}`);
  return '/tmp';
}

function admit(group: string, directory: string, socket: string): void {
  const id = groupId(group);
  chownSync(directory, -1, id);
  chmodSync(directory, 0o710);
  chownSync(socket, -1, id);
  chmodSync(socket, 0o660);
}

/** Node cannot look a group up. */
function groupId(group: string): number {
  if (/^\d+$/.test(group)) return Number(group);
  const line = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .map((entry) => entry.split(':'))
    .find(([name]) => name === group);
  if (line?.[2] === undefined)
    throw new Error(`PLUGIN_UNIX_SOCKET_GROUP names a group that /etc/group does not have: ${group}`);
  return Number(line[2]);
}

async function listenTcp(server: Server, env: Environment): Promise<Listening> {
  const first = port(env, 'PLUGIN_MIN_PORT');
  const last = port(env, 'PLUGIN_MAX_PORT');
  if (last < first) throw new Error(`PLUGIN_MAX_PORT (${last}) is below PLUGIN_MIN_PORT (${first})`);
  for (let candidate = first; candidate <= last; candidate++) {
    try {
      await bind(server, { host: '127.0.0.1', port: candidate });
      const bound = server.address();
      const chosen = typeof bound === 'object' && bound !== null ? bound.port : candidate;
      return { endpoint: { network: 'tcp', address: `127.0.0.1:${chosen}` }, remove: () => undefined };
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  throw new Error(`no free port on 127.0.0.1 from ${first} (PLUGIN_MIN_PORT) to ${last} (PLUGIN_MAX_PORT)`);
}

/** Not set means 0: any port. */
function port(env: Environment, name: string): number {
  const text = setting(env, name) ?? '0';
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535) throw new Error(`${name} is not a port number: ${text}`);
  return value;
}

function isTaken(error: unknown): boolean {
  return ['EADDRINUSE', 'EACCES'].some((code) => code === codeOf(error));
}

function bind(server: Server, where: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

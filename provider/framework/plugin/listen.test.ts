import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listen } from './listen';

let folder: string;
const servers: Server[] = [];
const server = () => {
  const made = createServer((socket) => socket.end('hello'));
  servers.push(made);
  return made;
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'listen-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((one) => new Promise((resolve) => one.close(resolve))));
  rmSync(folder, { recursive: true });
});

describe('on a unix socket', () => {
  test('in a folder for this user alone, which remove() takes away', async () => {
    const { endpoint, remove } = await listen(server(), { PLUGIN_UNIX_SOCKET_DIR: folder }, 'unix');
    expect(endpoint.network).toBe('unix');
    expect(dirname(dirname(endpoint.address))).toBe(folder);
    expect(statSync(dirname(endpoint.address)).mode & 0o777).toBe(0o700);
    expect(await greeting({ path: endpoint.address })).toBe('hello');
    remove();
    remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('for a group too, when the client names one', async () => {
    const gid = process.getgid?.() ?? 0;
    const env = { PLUGIN_UNIX_SOCKET_DIR: folder, PLUGIN_UNIX_SOCKET_GROUP: String(gid) };
    const { endpoint, remove } = await listen(server(), env, 'unix');
    expect([statSync(endpoint.address).mode & 0o777, statSync(endpoint.address).gid]).toEqual([0o660, gid]);
    expect([statSync(dirname(endpoint.address)).mode & 0o777, statSync(dirname(endpoint.address)).gid]).toEqual([
      0o710,
      gid,
    ]);
    remove();
  });

  test('a group that nobody knows is an error, and nothing stays behind', async () => {
    const env = { PLUGIN_UNIX_SOCKET_DIR: folder, PLUGIN_UNIX_SOCKET_GROUP: 'no-such-group' };
    await expect(listen(server(), env, 'unix')).rejects.toThrow('/etc/group does not have: no-such-group');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a folder that leaves no room for a socket’s path: /tmp instead, unless it was asked for', async () => {
    const long = join(folder, 'x'.repeat(90));
    mkdirSync(long);
    await expect(listen(server(), { PLUGIN_UNIX_SOCKET_DIR: long }, 'unix')).rejects.toThrow(
      'PLUGIN_UNIX_SOCKET_DIR is too long',
    );
    const before = process.env.TMPDIR;
    process.env.TMPDIR = long;
    try {
      const { endpoint, remove } = await listen(server(), {}, 'unix');
      expect(dirname(dirname(endpoint.address))).toBe('/tmp');
      remove();
      expect(existsSync(endpoint.address)).toBe(false);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });
});

describe('on TCP', () => {
  test('the first free port of the range, on the loopback address', async () => {
    const first = await listen(server(), {}, 'tcp');
    const [host = '', port] = first.endpoint.address.split(':');
    const taken = Number(port);
    expect(host).toBe('127.0.0.1');
    expect(await greeting({ host, port: taken })).toBe('hello');
    const env = { PLUGIN_MIN_PORT: String(taken), PLUGIN_MAX_PORT: String(taken + 20) };
    const second = await listen(server(), env, 'tcp');
    expect(Number(second.endpoint.address.split(':')[1])).toBeGreaterThan(taken);
    await expect(listen(server(), { ...env, PLUGIN_MAX_PORT: String(taken) }, 'tcp')).rejects.toThrow(
      `no free port on 127.0.0.1 from ${taken} (PLUGIN_MIN_PORT) to ${taken} (PLUGIN_MAX_PORT)`,
    );
  });

  test.each([
    [{ PLUGIN_MIN_PORT: 'ten' }, 'PLUGIN_MIN_PORT is not a port number: ten'],
    [{ PLUGIN_MAX_PORT: '70000' }, 'PLUGIN_MAX_PORT is not a port number: 70000'],
    [{ PLUGIN_MIN_PORT: '20', PLUGIN_MAX_PORT: '10' }, 'PLUGIN_MAX_PORT (10) is below PLUGIN_MIN_PORT (20)'],
  ])('%j', async (env, sentence) => {
    await expect(listen(server(), env, 'tcp')).rejects.toThrow(sentence);
  });
});

function greeting(where: { path: string } | { host: string; port: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    connect(where)
      .once('data', (data) => resolve(data.toString()))
      .on('error', reject);
  });
}

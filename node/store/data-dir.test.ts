import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimDataDir, daemonRuns, socketPath, whileStopped } from './data-dir';

let dir: string;
beforeEach(() => (dir = join(mkdtempSync(join(tmpdir(), 'tg-dir-')), 'data')));
afterEach(() => rmSync(join(dir, '..'), { recursive: true, force: true }));
const close = (server: { close(done: () => void): void }) => new Promise<void>((resolve) => server.close(resolve));

test('one daemon at a time; edits wait for it to stop', async () => {
  const server = await claimDataDir(dir);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  expect(statSync(socketPath(dir)).mode & 0o777).toBe(0o600);
  expect(await daemonRuns(dir)).toBe(true);
  await expect(claimDataDir(dir)).rejects.toMatchObject({
    reason: 'locked',
    message: expect.stringContaining('already runs') as string,
  });
  expect(await whileStopped(dir, () => Promise.resolve('edited'))).toBeNull();
  await close(server);
  expect(await whileStopped(dir, () => Promise.resolve('edited'))).toEqual({ result: 'edited' });
  await close(await claimDataDir(dir));
});

test('of many that start at once one wins', async () => {
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => claimDataDir(dir)));
  const won = results.filter((r) => r.status === 'fulfilled');
  expect(won).toHaveLength(1);
  await Promise.all(won.map(({ value }) => close(value)));
});

test('a daemon that was killed with -9 leaves its socket, and does not stand in the way', async () => {
  mkdirSync(dir, { recursive: true });
  const child = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(socketPath(dir))}, () => console.log('up'))`,
  ]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect(await daemonRuns(dir)).toBe(true);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(existsSync(socketPath(dir))).toBe(true);
  expect(await daemonRuns(dir)).toBe(false);
  await close(await claimDataDir(dir));
});

test('an editor that was killed inside its edit is given up', async () => {
  mkdirSync(join(dir, '.lock'), { recursive: true });
  const long = new Date(Date.now() - 60_000);
  utimesSync(join(dir, '.lock'), long, long);
  expect(await whileStopped(dir, () => Promise.resolve(1))).toEqual({ result: 1 });
});

test('a folder too long for a socket, and one that cannot be made, are named', async () => {
  await expect(claimDataDir(`/tmp/${'x'.repeat(110)}`)).rejects.toThrow(/data_dir is too long/);
  await expect(claimDataDir(join(__filename, 'data'))).rejects.toThrow(/cannot write .*data-dir\.test\.ts/);
});

test('a listener that answers nothing still counts as running (a frozen daemon)', async () => {
  mkdirSync(dir, { recursive: true });
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(socketPath(dir), resolve));
  expect(await daemonRuns(dir)).toBe(true);
  await close(mute);
});

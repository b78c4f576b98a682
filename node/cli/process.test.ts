import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeStatus } from '@tg/api';
import { buildSync } from 'esbuild';
import { createTestCommand, type TestCommand } from './command.fixture';

/** The daemon as a process of its own, the other commands in this one. */
const root = mkdtempSync(join(tmpdir(), 'tg-daemon-'));
const bundle = join(root, 'tg-node.cjs');
let command: TestCommand;
let daemon: ChildProcess | null = null;
jest.setTimeout(60_000);

beforeAll(() => {
  buildSync({
    entryPoints: [join(__dirname, '..', 'cli.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile: bundle,
    conditions: ['source', 'module'],
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
});
beforeEach(() => {
  command = createTestCommand();
});
afterEach(async () => {
  if (daemon !== null) await end('SIGKILL');
  command.dispose();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Starts it; its first line on stdout. */
async function run(): Promise<string> {
  const child = spawn(process.execPath, [bundle, 'run', '--config', command.file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' },
  });
  daemon = child;
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = once(child, 'close').then(() => {
    throw new Error(`the daemon ended: ${log}`);
  });
  const [line] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer];
  ended.catch(() => undefined);
  return line.toString();
}

async function end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const child = daemon;
  daemon = null;
  if (child === null) throw new Error('no daemon runs');
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  child.kill(signal);
  const [code, by] = await closed;
  return { code, signal: by };
}

const containing = (text: string) => expect.stringContaining(text) as string;
const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;

test('runs; status and config set go through it; SIGTERM ends it with 0', async () => {
  const { at, init } = command;
  await init();
  const ready = await run();
  expect(ready).toMatch(new RegExp(`^tg-node ready https://127\\.0\\.0\\.1:\\d+ pid ${daemon?.pid ?? 0}\n$`));

  expect(await at('config', 'set', 'eth1', 'clusterIP=10.0.1.50', 'mtu=1500')).toMatchObject({
    code: 0,
    stdout: matching(/^stored as config version 1\. The daemon applies it/),
  });
  expect(JSON.parse((await at('config', 'get', 'eth1')).stdout)).toEqual({
    nic: 'eth1',
    clusterIP: '10.0.1.50',
    mtu: 1500,
  });
  expect(await at('config', 'set', 'eth1', 'clusterIP=10.0.1.10')).toMatchObject({
    code: 1,
    stderr: containing('10.0.1.10 is the primary address'),
  });
  expect(await at('config', 'set', 'eth9', 'mtu=1500')).toMatchObject({
    code: 1,
    stderr: containing('nic eth9 does not exist on this node; it has eth1'),
  });

  const { code, stdout } = await at('status', '--json');
  expect(code).toBe(0);
  expect(NodeStatus.parse(JSON.parse(stdout))).toMatchObject({
    configVersion: 1,
    interfaces: [{ nic: 'eth1', clusterIP: '10.0.1.50', os: 'dry-run', state: 'pending' }],
  });
  const table = (await at('status')).stdout;
  expect(table).toMatch(/eth1 .*eni-0a .*10\.0\.1\.10 .*10\.0\.1\.50/);
  expect(table).not.toContain('\u001b[');
  expect(await at('run')).toMatchObject({ code: 1, stderr: containing('another tg-node already runs') });

  // Two at once: each starts from what is stored, none is lost.
  await Promise.all([at('config', 'set', 'eth1', 'mtu=1400'), at('config', 'set', 'eth1', 'description=x')]);
  expect(JSON.parse((await at('config', 'get', 'eth1')).stdout)).toMatchObject({ mtu: 1400, description: 'x' });
  await at('config', 'set', 'eth1', 'clusterIP=');
  expect(await end('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('after kill -9 the file is edited at once, and the next start takes the new value up', async () => {
  const { at, init } = command;
  await init();
  await at('config', 'set', 'eth1', 'clusterIP=10.0.1.50');
  await run();
  await end('SIGKILL');
  expect(await at('config', 'set', 'eth1', 'clusterIP=10.0.1.51')).toMatchObject({
    code: 0,
    stdout: matching(/^stored as config version 2\. The daemon does not run/),
  });
  await run();
  const { stdout } = await at('status', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ configVersion: 2, interfaces: [{ clusterIP: '10.0.1.51' }] });
});

test('a second signal ends it at once', async () => {
  await command.init('release');
  await command.at('config', 'set', 'eth1', 'clusterIP=10.0.1.50');
  await run();
  const stopping = new Promise((resolve) =>
    daemon?.stderr?.on('data', (chunk: Buffer) => chunk.includes('"stopping"') && resolve(null)),
  );
  daemon?.kill('SIGTERM'); // the release waits for an EC2 that does not answer
  await stopping;
  expect(await end('SIGTERM')).toEqual({ code: 143, signal: null });
});

test('serves the certificate that init made, to nobody without a key', async () => {
  await command.init();
  const url = /https:\S+/.exec(await run())?.[0] ?? '';
  const status = await new Promise<number>((resolve, reject) => {
    get(`${url}/org/mine`, { ca: readFileSync(join(command.dir, 'tls.crt')), agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
  expect(status).toBe(401);
});

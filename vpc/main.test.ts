import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The command as a process. */
describe('vpc', () => {
  let folder: string;
  let bundle: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tg-vpc-'));
    bundle = join(folder, 'vpc.cjs');
    await build({
      entryPoints: [join(__dirname, 'main.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      conditions: ['source'],
      logLevel: 'error',
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function start(...args: string[]) {
    const child = spawn(process.execPath, [bundle, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
    const end = once(child, 'close').then(([code]) => ({ code: code as number | null, ...out }));
    return { child, out, end };
  }

  test.each(['SIGTERM', 'SIGINT'] as const)('says when it serves, stops on %s with 0', async (signal) => {
    const { child, out, end } = start('--port', '0');
    while (!out.stdout.includes('\n')) await once(child.stdout, 'data');
    const endpoint = /^vpc ready (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(out.stdout)?.[1] ?? '';
    expect(await (await fetch(`${endpoint}/_vpc/health`)).json()).toMatchObject({ status: 'ready' });
    child.kill(signal);
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  });

  test('bad flags get a sentence and 2, an upstream that is not there a sentence and 1', async () => {
    expect(await start('--port', 'http').end).toEqual({
      code: 2,
      stdout: '',
      stderr: 'vpc: --port is "http"; it must be a whole number from 0 to 65535. See --help.\n',
    });
    const lost = await start('--upstream', 'http://127.0.0.1:1').end;
    expect([lost.code, lost.stderr]).toEqual([
      1,
      expect.stringMatching(/^vpc: the upstream http:\/\/127\.0\.0\.1:1 does not answer: .+\n$/),
    ]);
  });

  test('--help explains itself', async () => {
    const told = await start('--help').end;
    expect([told.code, told.stdout]).toEqual([0, expect.stringContaining('--upstream URL')]);
  });
});

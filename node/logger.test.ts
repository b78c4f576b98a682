import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { buildSync } from 'esbuild';
import { createLogger, neverBlocking } from './logger';

const parse = (lines: string) =>
  lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { n?: number; dropped?: number });

test('a process whose stderr nobody reads goes on; the lines that were dropped are counted later', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tg-logger-'));
  try {
    const script = join(dir, 'log.ts');
    const bundle = join(dir, 'log.cjs');
    writeFileSync(
      script,
      `import { createLogger } from ${JSON.stringify(join(__dirname, 'logger'))};
       const logger = createLogger('info');
       for (let n = 0; n < 5000; n++) logger.info({ n, filler: 'x'.repeat(1000) }, 'line');
       process.stdout.write('alive\\n');
       process.stdin.once('data', () => { logger.info({ n: 5000 }, 'last'); process.stdin.destroy(); });`,
    );
    buildSync({ entryPoints: [script], bundle: true, platform: 'node', outfile: bundle, conditions: ['source'] });
    const child = spawn(process.execPath, [bundle], { stdio: ['pipe', 'pipe', 'pipe'] });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    // Nothing reads stderr until this came: with a blocking log it never does.
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const log: string[] = [];
    child.stderr.setEncoding('utf8');
    await new Promise<void>((resolve) => {
      let bytes = 0;
      child.stderr.on('data', (chunk: string) => {
        log.push(chunk);
        bytes += chunk.length;
        if (bytes > 900_000) resolve();
      });
    });
    child.stdin.end('go\n');
    await Promise.all([ended, new Promise((resolve) => child.stderr.once('end', resolve))]);
    const lines = parse(log.join(''));
    const kept = lines.filter(({ n }) => n !== undefined).length;
    const dropped = lines.reduce((sum, line) => sum + (line.dropped ?? 0), 0);
    expect(dropped).toBeGreaterThan(0);
    expect(kept + dropped).toBe(5001);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('a reader that went away does not end the process', () => {
  const gone = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
  const logger = createLogger('info', neverBlocking(gone));
  logger.info('one');
  return new Promise<void>((resolve) => gone.once('close', () => resolve())).then(() => logger.info('two'));
});

test('secrets are hidden', () => {
  const lines: string[] = [];
  createLogger('info', { write: (line) => void lines.push(line) }).info({
    token: 'abc',
    header: { authorization: 'x' },
  });
  expect(lines.join()).toContain('(hidden)');
  expect(lines.join()).not.toContain('abc');
});

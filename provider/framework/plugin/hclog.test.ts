import { hclogger, logLevel } from './hclog';
import type { LogLevel } from './logger';

function collect(lowest: LogLevel | undefined) {
  const lines: string[] = [];
  return { lines, log: hclogger('tg', lowest, (line) => lines.push(line)) };
}
const parse = (line: string | undefined) => JSON.parse(line ?? '') as Record<string, unknown>;

describe('the level', () => {
  test.each([
    [{}, undefined],
    [{ TF_LOG: 'INFO' }, 'info'],
    [{ TF_LOG: 'debug' }, 'debug'],
    [{ TF_LOG: 'JSON' }, 'trace'],
    [{ TF_LOG: 'yes' }, 'trace'],
    [{ TF_LOG: 'off' }, undefined],
    [{ TF_LOG: '' }, undefined],
    [{ TF_LOG: 'TRACE', TF_LOG_PROVIDER: 'WARN' }, 'warn'],
    [{ TF_LOG: 'TRACE', TF_LOG_PROVIDER: 'OFF' }, undefined],
    [{ TF_LOG_PROVIDER: 'WARN', TF_LOG_PROVIDER_MY_NAME: 'ERROR' }, 'error'],
    [{ TF_LOG_PROVIDER: 'WARN', TF_LOG_PROVIDER_OTHER: 'ERROR' }, 'warn'],
  ])('%j is %s', (env, level) => expect(logLevel('my-name', env)).toBe(level));
});

test('a line is what Terraform takes for one of its own', () => {
  const { lines, log } = collect('trace');
  log.with({ tf_rpc: 'ReadResource' }).info('read', { count: 3, '@level': 'not this' });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.endsWith('\n')).toBe(true);
  const { '@timestamp': timestamp, ...rest } = parse(lines[0]);
  expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  expect(rest).toEqual({ '@level': 'info', '@message': 'read', '@module': 'tg', tf_rpc: 'ReadResource', count: 3 });
});

test('what is below the level costs nothing', () => {
  const { lines, log } = collect('warn');
  const fields = jest.fn(() => ({}));
  log.info('no', fields);
  log.debug('no', fields);
  log.trace('no', fields);
  expect([lines.length, fields.mock.calls.length]).toEqual([0, 0]);
  log.warn('yes', fields);
  log.error('yes', fields);
  expect([lines.length, fields.mock.calls.length]).toEqual([2, 2]);
  expect([log.enabled('info'), log.enabled('warn')]).toEqual([false, true]);
  const silent = collect(undefined);
  silent.log.error('no', fields);
  expect([silent.lines.length, fields.mock.calls.length]).toEqual([0, 2]);
});

test('values that JSON does not know', () => {
  const { lines, log } = collect('trace');
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  log.info('odd', {
    big: 2n ** 70n,
    error: new Error('oops'),
    bytes: Buffer.alloc(9),
    map: new Map([['a', 1]]),
    none: undefined,
  });
  log.info('circle', { circle });
  const odd = parse(lines[0]);
  expect(odd).toMatchObject({ big: String(2n ** 70n), map: { a: 1 }, bytes: '9 bytes' });
  expect(odd.error).toContain('Error: oops\n');
  expect(parse(lines[1])).toMatchObject({ '@level': 'warn' });
  expect(lines[1]).toContain('could not be written');
});

test('a line stays within 64 KiB', () => {
  const { lines, log } = collect('trace');
  log.info('long', { text: 'ü'.repeat(50_000), short: 'stays' });
  log.info('x'.repeat(200_000));
  log.info('many', Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`key${i}`, 'v'.repeat(100)])));
  for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(64 * 1024);
  expect(parse(lines[0])).toMatchObject({
    '@message': 'long',
    short: 'stays',
    text: expect.stringContaining('(49000 more)') as unknown,
  });
  expect(parse(lines[1])['@message']).toContain('(199000 more)');
  expect(parse(lines[2])['@message']).toBe('many');
});

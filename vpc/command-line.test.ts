import { readCommandLine } from './command-line';

test('defaults, and every flag', () => {
  expect(readCommandLine([])).toEqual({ kind: 'run', options: { port: 0, host: '127.0.0.1' } });
  const args = ['--port', '4566', '--host', '::1', '--upstream', 'http://127.0.0.1:1', '--region', 'eu-central-1'];
  expect(readCommandLine(args)).toEqual({
    kind: 'run',
    options: { port: 4566, host: '::1', upstream: 'http://127.0.0.1:1', region: 'eu-central-1' },
  });
  expect(readCommandLine(['--port', 'x', '--help'])).toEqual({ kind: 'help' });
});

test.each([
  [['--port', 'http'], /--port is "http"; it must be a whole number from 0 to 65535\. See --help\.$/],
  [['--port', '65536'], /--port is "65536"/],
  [['--upstream', 'localhost:4566'], /--upstream is "localhost:4566"; it must be a URL like/],
  [['--host', ''], /--host is empty/],
  [['--region', 'moon'], /--region is "moon"/],
  [['--prot', '1'], /--prot/],
  [['extra'], /extra/],
  [['--port'], /--port/],
])('%j gets a sentence', (args, sentence) => {
  const line = readCommandLine(args);
  expect(line.kind === 'wrong' && line.sentence).toMatch(sentence);
});

import { startChild } from './child';

const node = (script: string, holdStdin = false) =>
  startChild(process.execPath, ['-e', script], { name: 'probe', holdStdin });

test('a line can be waited for, and a stopped child reports its signal', async () => {
  const child = await node('console.log("ready at 7"); setInterval(() => {}, 1000)');
  expect((await child.line(/ready at (\d)/, 10_000))[1]).toBe('7');
  expect(await child.stop()).toEqual({ code: null, signal: 'SIGTERM' });
});

test('a child that ends before its line rejects with what it printed', async () => {
  const child = await node('console.error("port in use"); process.exit(3)');
  await expect(child.line(/ready/, 10_000)).rejects.toThrow(/exit code 3[\s\S]*port in use/);
});

test('a child that ignores SIGTERM is killed', async () => {
  const child = await node('process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)');
  await child.line(/up/, 10_000);
  expect(await child.stop('SIGTERM', 50)).toEqual({ code: null, signal: 'SIGKILL' });
});

test('a command that does not exist is a sentence', async () => {
  const child = startChild('/nonexistent/command', [], { name: 'nothing' }).then(async (c) => {
    await c.line(/./, 5_000); // a wrapper may start and then fail
  });
  await expect(child).rejects.toThrow(/nothing/);
});

test('each line is heard as it comes, and what is written arrives', async () => {
  const heard: string[] = [];
  const complaints: string[] = [];
  const echo =
    'console.error("hm"); process.stdin.on("data", (d) => process.stdout.write("got " + d)).on("end", () => process.exit(0)); console.log("up")';
  const child = await startChild(process.execPath, ['-e', echo], {
    name: 'echo',
    holdStdin: true,
    onLine: (line) => heard.push(line),
    onErrorLine: (line) => complaints.push(line),
  });
  await child.line(/up/, 10_000);
  child.write('a\nb\n');
  await child.line(/b/, 10_000);
  await child.stop();
  expect([heard, complaints]).toEqual([['up', 'got a', 'b'], ['hm']]);
});

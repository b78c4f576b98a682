import { deadline } from './deadline';

const turn = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('time is up', async () => {
  const limit = deadline(new AbortController().signal, 1, 'set timeouts.create to allow more');
  await new Promise((resolve) => limit.signal.addEventListener('abort', resolve));
  expect(limit.signal.reason).toMatchObject({
    kind: 'aborted',
    message: 'the time limit of 0.001 s is over; set timeouts.create to allow more',
  });
});

test('a limit beyond what a timer holds does not fire at once', async () => {
  const limit = deadline(new AbortController().signal, 1000 * 3600 * 1000, 'x');
  await turn(5);
  expect(limit.signal.aborted).toBe(false);
  limit.done();
});

test('the outer signal passes on its reason; after done nothing does', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const [running, ended] = [deadline(first.signal, 60_000, 'x'), deadline(second.signal, 60_000, 'x')];
  ended.done();
  first.abort(new Error('stopped'));
  second.abort(new Error('stopped'));
  expect(running.signal.reason).toMatchObject({ message: 'stopped' });
  expect(ended.signal.aborted).toBe(false);
  running.done();
  const late = deadline(first.signal, 60_000, 'x');
  expect(late.signal.aborted).toBe(true);
  late.done();
});

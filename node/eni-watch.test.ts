import { watchEnis } from './eni-watch';

/** Plays one metadata answer per round (null: none) and counts how often a change was told. */
async function play(rounds: Record<string, string | null>[]): Promise<{ changes: number[]; sleeps: number[] }> {
  const end = new AbortController();
  const changes: number[] = [];
  const sleeps: number[] = [];
  let round = 0;
  await watchEnis({
    macs: () => Object.keys(rounds[round] ?? {}),
    imds: {
      get: (path) => {
        const answer = rounds[round]?.[path.split('/').at(-2) ?? ''];
        return typeof answer === 'string' ? Promise.resolve(answer) : Promise.reject(new Error('silent'));
      },
    },
    clock: {
      sleep: (ms) => {
        sleeps.push(ms);
        round += 1;
        if (round === rounds.length) end.abort();
        return Promise.resolve();
      },
    },
    onChange: () => changes.push(round),
    signal: end.signal,
  });
  return { changes, sleeps };
}

test('tells when an address comes or goes, not at the first reading and not for another order', async () => {
  const { changes } = await play([
    { m1: '10.0.1.10\n10.0.1.50' },
    { m1: '10.0.1.50\n10.0.1.10\n' },
    { m1: '10.0.1.10' },
    { m1: '10.0.1.10' },
    { m1: '10.0.1.10\n10.0.1.50' },
  ]);
  expect(changes).toEqual([2, 4]);
});

test('silence is no change, and what changed behind it is told', async () => {
  const { changes, sleeps } = await play([{ m1: '10.0.1.10' }, { m1: null }, { m1: '10.0.1.11' }]);
  expect(changes).toEqual([2]);
  expect(sleeps[1]).toBeGreaterThan(sleeps[0]!); // a host without metadata is not asked every few seconds
});

test('one silent NIC does not hide another, and two changes at once are told once', async () => {
  const { changes } = await play([
    { m1: null, m2: '10.0.2.10', m3: '10.0.3.10' },
    { m1: null, m2: '10.0.2.11', m3: '10.0.3.11' },
  ]);
  expect(changes).toEqual([1]);
});

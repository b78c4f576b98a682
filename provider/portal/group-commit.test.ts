import * as fc from 'fast-check';
import type { Snapshot, Store, Written } from './group-commit';
import { GroupCommit } from './group-commit';
import { PortalError } from './portal-error';

const TIMING = { attempts: 8, unanswered: 4, retryFirst: 1, retryMost: 2, gather: 20 };
const never = (): AbortSignal => new AbortController().signal;

/** A text store in memory, asynchronous, with another writer and faults on demand. */
class MemoryStore implements Store {
  text = '';
  version = 1;
  reads = 0;
  writes = 0;
  fault: (write: number) => 'lost-before' | 'lost-after' | 'interfere' | 'server-error' | undefined = () => undefined;
  refuses: (text: string) => boolean = () => false;
  constructor(private readonly conditional = true) {}

  async read(): Promise<Snapshot> {
    this.reads++;
    await turn();
    return { text: this.text, etag: this.conditional ? String(this.version) : null };
  }

  async write(text: string, ifMatch: string | null): Promise<Written> {
    this.writes++;
    await turn();
    const fault = this.fault(this.writes);
    if (fault === 'interfere') {
      this.text += 'X';
      this.version++;
    }
    if (fault === 'lost-before') throw new PortalError('unknown-outcome', 'no answer');
    if (fault === 'server-error') throw new PortalError('unknown-outcome', '503', [], { status: 503 });
    if (ifMatch !== null && ifMatch !== String(this.version)) throw new PortalError('changed', '412');
    if (this.refuses(text)) throw new PortalError('refused', 'refused', ['refused']);
    this.text = text;
    this.version++;
    if (fault === 'lost-after') throw new PortalError('unknown-outcome', 'no answer');
    return { version: this.version, etag: this.conditional ? String(this.version) : null };
  }
}

const letters = (text: string): string[] => text.split('');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const append = (letter: string) => (text: string) =>
  text.includes(letter) ? { text, result: 'there' } : { text: text + letter, result: 'made' };

test('edits that arrive together go out in one write, after one read', async () => {
  const store = new MemoryStore();
  const commit = new GroupCommit(store, 'x', TIMING);
  const done = await Promise.all(letters('abcdefghij').map((c) => commit.submit(append(c), never())));
  expect(store.text).toBe('abcdefghij');
  expect(store).toMatchObject({ reads: 1, writes: 1 });
  expect(done.every((d) => d.version === 2 && d.changed)).toBe(true);
});

test('edits that arrive during a write gather for the next one, which needs no read', async () => {
  const store = new MemoryStore();
  const commit = new GroupCommit(store, 'x', TIMING);
  const first = commit.submit(append('a'), never());
  while (store.writes === 0) await turn();
  await Promise.all([first, ...letters('bcdef').map((c) => commit.submit(append(c), never()))]);
  expect(store.text).toBe('abcdef');
  expect(store).toMatchObject({ reads: 1, writes: 2 });
});

test('nothing is written when nothing changes', async () => {
  const store = new MemoryStore();
  store.text = 'a';
  const done = await new GroupCommit(store, 'x', TIMING).submit(append('a'), never());
  expect(done).toEqual({ result: 'there', changed: false, version: null });
  expect(store.writes).toBe(0);
});

test('a refused member fails alone', async () => {
  const store = new MemoryStore();
  store.refuses = (text) => text.includes('!');
  const commit = new GroupCommit(store, 'x', TIMING);
  const done = await Promise.allSettled(letters('abcdefg!hijklmn').map((c) => commit.submit(append(c), never())));
  expect(done.map((d) => d.status).filter((s) => s === 'rejected')).toHaveLength(1);
  expect(done[7]).toMatchObject({ status: 'rejected', reason: { kind: 'refused' } });
  expect(letters(store.text).sort().join('')).toBe('abcdefghijklmn');
  expect(store.writes).toBeLessThan(12);
});

test('what is refused only before its mates are committed is tried once more after them', async () => {
  const store = new MemoryStore();
  store.refuses = (text) => text.includes('!') || (text.includes('b') && !text.includes('a'));
  const commit = new GroupCommit(store, 'x', TIMING);
  const done = await Promise.allSettled(letters('b!a').map((c) => commit.submit(append(c), never())));
  expect(done.map((d) => d.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

describe('edits that are acceptable only together', () => {
  const swapping = (): MemoryStore => {
    const store = new MemoryStore();
    store.refuses = (text) => text.includes('a') !== text.includes('b');
    return store;
  };

  test('are merged when the second arrives while the first is being refused', async () => {
    const store = swapping();
    const commit = new GroupCommit(store, 'x', TIMING);
    commit.offer(await store.read());
    const first = commit.submit(append('a'), never());
    while (store.writes === 0) await turn();
    const second = commit.submit(append('b'), never());
    await expect(Promise.all([first, second])).resolves.toMatchObject([{ changed: true }, { changed: true }]);
    expect(store.text).toBe('ab');
  });

  test('are merged when the second arrives a moment after the first was refused', async () => {
    const store = swapping();
    const commit = new GroupCommit(store, 'x', { ...TIMING, gather: 60_000 });
    const first = commit.submit(append('a'), never());
    while (store.writes === 0) await turn();
    for (let i = 0; i < 5; i++) await turn();
    await Promise.all([first, commit.submit(append('b'), never())]);
    expect(store.text).toBe('ab');
  });

  test('are refused in the end when the other never comes, and one that is wrong in itself does not go round for ever', async () => {
    const store = swapping();
    const commit = new GroupCommit(store, 'x', TIMING);
    const done = letters('accc').map((c) => commit.submit(append(c), never()));
    await expect(Promise.allSettled(done)).resolves.toMatchObject([
      { status: 'rejected' },
      { status: 'fulfilled' },
      { status: 'fulfilled' },
      { status: 'fulfilled' },
    ]);
    expect(store.text).toBe('c');
  });
});

describe('an old snapshot', () => {
  test('is no proof that an edit is there already', async () => {
    const store = new MemoryStore();
    store.text = 'a';
    const commit = new GroupCommit(store, 'x', TIMING);
    commit.offer(await store.read());
    store.text = '';
    store.version++;
    expect(await commit.submit(append('a'), never())).toMatchObject({ changed: true, result: 'made' });
    expect(store.text).toBe('a');
  });

  test('is replaced by a newer one', async () => {
    const store = new MemoryStore();
    const commit = new GroupCommit(store, 'x', TIMING);
    commit.offer(await store.read());
    store.version++;
    commit.offer(await store.read());
    await commit.submit(append('a'), never());
    expect(store.writes).toBe(1);
  });
});

test('a member whose own edit throws fails alone', async () => {
  const store = new MemoryStore();
  const commit = new GroupCommit(store, 'x', TIMING);
  const bad = commit.submit(() => {
    throw new PortalError('protocol', 'twice');
  }, never());
  const good = commit.submit(append('a'), never());
  await expect(bad).rejects.toThrow('twice');
  await expect(good).resolves.toMatchObject({ changed: true });
});

test('somebody else’s write is kept', async () => {
  const store = new MemoryStore();
  store.fault = (n) => (n < 4 ? 'interfere' : undefined);
  await new GroupCommit(store, 'x', TIMING).submit(append('a'), never());
  expect(store.text).toBe('XXXa');
  expect(store.reads).toBe(4);
});

test('it gives up in the end, with a sentence', async () => {
  const store = new MemoryStore();
  store.fault = () => 'interfere';
  await expect(new GroupCommit(store, 'eth1', TIMING).submit(append('a'), never())).rejects.toThrow(
    /eth1 was changed by somebody else/,
  );
  expect(store.writes).toBe(TIMING.attempts);
});

describe('a write whose answer is lost', () => {
  test.each([true, false])(
    'was executed: success, and nothing is written twice (conditional: %s)',
    async (conditional) => {
      const store = new MemoryStore(conditional);
      store.fault = (n) => (n === 1 ? 'lost-after' : undefined);
      const done = await new GroupCommit(store, 'x', TIMING).submit(append('a'), never());
      expect(done).toMatchObject({ result: 'made', changed: true });
      expect(store).toMatchObject({ text: 'a', writes: 1 });
    },
  );

  test('was not executed: repeated where the server makes it conditional', async () => {
    const store = new MemoryStore();
    store.fault = (n) => (n === 1 ? 'lost-before' : undefined);
    await new GroupCommit(store, 'x', TIMING).submit(append('a'), never());
    expect(store).toMatchObject({ text: 'a', writes: 2 });
  });

  test('was not executed: told, where a repetition could overwrite somebody', async () => {
    const store = new MemoryStore(false);
    store.fault = (n) => (n === 1 ? 'lost-before' : undefined);
    await expect(new GroupCommit(store, 'x', TIMING).submit(append('a'), never())).rejects.toMatchObject({
      kind: 'unknown-outcome',
    });
    expect(store.writes).toBe(1);
  });

  test('503 is an answer: repeated in either case', async () => {
    const store = new MemoryStore(false);
    store.fault = (n) => (n === 1 ? 'server-error' : undefined);
    await new GroupCommit(store, 'x', TIMING).submit(append('a'), never());
    expect(store).toMatchObject({ text: 'a', writes: 2 });
  });
});

describe('giving up', () => {
  test('a member that waits is dropped', async () => {
    const store = new MemoryStore();
    const commit = new GroupCommit(store, 'x', TIMING);
    const first = commit.submit(append('a'), never());
    while (store.writes === 0) await turn();
    const controller = new AbortController();
    const second = commit.submit(append('b'), controller.signal);
    controller.abort(new Error('interrupted'));
    await expect(second).rejects.toMatchObject({ kind: 'aborted', message: 'interrupted' });
    await first;
    expect(store.text).toBe('a');
  });

  test('a member whose write is on its way does not drag its mates along, and is told that it may be done', async () => {
    const store = new MemoryStore();
    const commit = new GroupCommit(store, 'x', TIMING);
    const controller = new AbortController();
    const a = commit.submit(append('a'), controller.signal);
    const b = commit.submit(append('b'), never());
    while (store.writes === 0) await turn();
    controller.abort(new Error('interrupted'));
    await expect(a).rejects.toMatchObject({ kind: 'unknown-outcome' });
    await expect(b).resolves.toMatchObject({ changed: true });
    expect(store.text).toBe('ab');
  });

  test('a commit that nobody waits for ends, and the next one works', async () => {
    const store = new MemoryStore();
    const commit = new GroupCommit(store, 'x', TIMING);
    const controller = new AbortController();
    store.read = (signal?: AbortSignal) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
    const a = commit.submit(append('a'), controller.signal);
    controller.abort(new Error('interrupted'));
    await expect(a).rejects.toMatchObject({ kind: 'aborted' });
    await turn();
    store.read = () => MemoryStore.prototype.read.call(store);
    await expect(commit.submit(append('b'), never())).resolves.toMatchObject({ changed: true });
    expect(store.text).toBe('b');
  });
});

test('whatever happens, an edit that succeeded is in the text and one that failed for its content is not', async () => {
  const faults = fc.array(fc.constantFrom('interfere', 'lost-before', 'lost-after', 'server-error', undefined), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.constantFrom(...letters('abcdefgh!?')), { minLength: 1 }),
      faults,
      fc.array(fc.nat(4)),
      async (wanted, plan, gaps) => {
        const store = new MemoryStore();
        store.fault = (n) => plan[n - 1];
        store.refuses = (text) => /[!?]/.test(text);
        const commit = new GroupCommit(store, 'x', { ...TIMING, attempts: 40, unanswered: 40 });
        const running: Promise<unknown>[] = [];
        for (const [i, letter] of wanted.entries()) {
          const one = commit.submit(append(letter), never());
          one.catch(() => undefined); // looked at below, with the others
          running.push(one);
          for (let gap = gaps[i] ?? 0; gap > 0; gap--) await turn();
        }
        const done = await Promise.allSettled(running);
        wanted.forEach((letter, i) => {
          expect([letter, done[i]!.status]).toEqual([letter, /[!?]/.test(letter) ? 'rejected' : 'fulfilled']);
          expect(store.text.includes(letter)).toBe(!/[!?]/.test(letter));
        });
      },
    ),
    { numRuns: 150 },
  );
});

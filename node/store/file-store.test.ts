import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { NetworkConfig } from '@tg/api';
import { etagOf, ifMatchHolds } from './etag';
import { CONFIG_FILE, openFileConfigStore } from './file-config-store';
import { fileLedger, LEDGER_FILE } from './file-ledger';

let dir: string;
const warnings: string[] = [];
const open = () => openFileConfigStore(dir, { onWarning: (w) => warnings.push(w) });
const wanted: NetworkConfig = {
  interfaces: [{ clusterIP: '10.0.1.50', nic: 'eth1' }],
  tunnels: [{ zz: 1, aa: { b: [] } }],
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tg-store-'));
  warnings.length = 0;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('what was written is there after a restart: version, ETag, order of keys, pending writes', async () => {
  const before = await (await open()).put(wanted);
  const store = await open();
  expect(store.current()).toEqual(before);
  expect(JSON.stringify(store.current().config)).toBe(JSON.stringify(wanted));
  expect(store.outcome(1, 'eth1')).toEqual({ outcome: 'pending' });
  expect(statSync(join(dir, CONFIG_FILE)).mode & 0o777).toBe(0o600);
});

test('If-Match: only the current ETag or * writes; a refused write stores nothing', async () => {
  const store = await open();
  const first = await store.put(wanted, store.current().etag);
  await expect(store.put({}, '"0-old"')).rejects.toMatchObject({ reason: 'precondition' });
  expect(store.current()).toBe(first);
  await store.put({}, `"x", ${first.etag}`);
  await store.put(wanted, '*');
  expect(store.current().version).toBe(3);
});

test('two writers with the same ETag: one wins', async () => {
  const store = await open();
  const { etag } = store.current();
  const results = await Promise.allSettled([store.put(wanted, etag), store.put({}, etag)]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

test('listeners hear of writes, confirmations and puttings back, not of what changes nothing', async () => {
  const store = await open();
  const heard: number[] = [];
  const stop = store.onChange(({ version }) => heard.push(version));
  await store.put(wanted);
  expect(await store.revert({ nic: 'eth1', version: 1, address: '10.9.9.9', code: 'x', message: 'y' })).toBe(false);
  await store.confirm('eth1', 0);
  expect(await store.revert({ nic: 'eth1', version: 1, address: '10.0.1.50', code: 'x', message: 'y' })).toBe(true);
  expect(heard).toEqual([1, 2]);
  stop();
  await store.put(wanted);
  expect(heard).toEqual([1, 2]);
  expect(store.current().refusals).toEqual([expect.objectContaining({ nic: 'eth1', version: 1, code: 'x' })]);
  expect(store.current().refusals[0]).not.toHaveProperty('through');
});

test.each([
  ['cut off', (text: string) => text.slice(0, text.length / 2), /is not JSON/],
  ['of another shape', () => '{"format":1}', /expected shape/],
  ['empty', () => '', /is not JSON/],
])('a config file that is %s is named with the last good copy, and the copy works', async (_, damage, reason) => {
  await (await open()).put(wanted);
  const path = join(dir, CONFIG_FILE);
  writeFileSync(path, damage(readFileSync(path, 'utf8')));
  const error: Error = await open().then(
    () => new Error('it was opened'),
    (e: unknown) => e as Error,
  );
  expect(error).toMatchObject({ reason: 'corrupt', message: expect.stringMatching(reason) as string });
  expect(error.message).toContain(path);
  const command = /To use it: (.*), then start again/.exec(error.message)?.[1] ?? 'false';
  execFileSync('sh', ['-c', command]);
  expect((await open()).current().config).toEqual(wanted);
});

test.each([CONFIG_FILE, LEDGER_FILE])('%s that was removed beside its copy is not an empty one', async (name) => {
  await (await open()).put(wanted);
  const ledger = fileLedger(dir, (w) => warnings.push(w));
  await ledger.save([{ address: '10.0.1.50', nic: 'eth1', eniId: 'eni-1', state: 'confirmed' }]);
  const load = async () => [(await open()).current(), await ledger.load()];
  const before = await load();
  rmSync(join(dir, name));
  const error = await load().then(
    () => new Error('it was opened'),
    (e: unknown) => e as Error,
  );
  expect(error).toMatchObject({ reason: 'corrupt', message: expect.stringContaining('is missing') as string });
  const [, use = 'false'] = /To use it: (.*?), then start again/.exec(error.message) ?? [];
  execFileSync('sh', ['-c', use]);
  expect(await load()).toEqual(before);
  rmSync(join(dir, name));
  const [, empty = 'false'] = /nothing stored instead: (.*?), then start again/.exec(error.message) ?? [];
  execFileSync('sh', ['-c', empty]);
  await load();
});

test('without a usable copy the message says what is lost', async () => {
  writeFileSync(join(dir, CONFIG_FILE), 'x');
  await expect(open()).rejects.toThrow(/no usable copy beside it.*terraform apply/);
});

test('the ledger survives, and a damaged one is named', async () => {
  const entry = { address: '10.0.1.50', nic: 'eth1', eniId: 'eni-1', state: 'intent' as const };
  const ledger = fileLedger(dir, (w) => warnings.push(w));
  expect(await ledger.load()).toEqual([]);
  await Promise.all([ledger.save([]), ledger.save([{ ...entry, state: 'confirmed' }]), ledger.save([entry])]);
  expect(await fileLedger(dir, () => undefined).load()).toEqual([entry]);
  writeFileSync(join(dir, LEDGER_FILE), '{"format":1,"entries":[{}]}');
  await expect(ledger.load()).rejects.toMatchObject({
    reason: 'corrupt',
    message: expect.stringContaining('last-good') as string,
  });
});

test('a full disk: the write fails with a sentence, and what was stored stays, on disk and in memory', () => {
  const script = join(dir, 'full.ts');
  const bundle = join(dir, 'full.cjs');
  writeFileSync(
    script,
    `import { openFileConfigStore } from ${JSON.stringify(join(__dirname, 'file-config-store'))};
     (async () => {
       const open = () => openFileConfigStore(process.argv[2], { onWarning: () => undefined });
       const store = await open();
       await store.put({ interfaces: [{ nic: 'eth1', clusterIP: '10.0.1.50' }] });
       const big = { tunnels: [{ filler: 'x'.repeat(100000) }] };
       const message = await store.put(big).then(() => 'it was stored', (e) => e.reason + ': ' + e.message);
       console.log(JSON.stringify({ message, memory: store.current().version, disk: (await open()).current().version }));
     })();`,
  );
  buildSync({ entryPoints: [script], bundle: true, platform: 'node', outfile: bundle, conditions: ['source'] });
  const mount = join(dir, 'disk');
  let answer: string;
  try {
    answer = execFileSync(
      'unshare',
      [
        '-Urm',
        'sh',
        '-ec',
        `mkdir ${mount}; mount -t tmpfs -o size=64k none ${mount}; "$0" ${bundle} ${mount}`,
        process.execPath,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    );
  } catch (error) {
    if (process.env.CI !== undefined) throw error;
    process.stderr.write(
      `\n*** SKIPPED: no small file system can be mounted here; a full disk was NOT tested (${String(error)})\n\n`,
    );
    return;
  }
  expect(JSON.parse(answer)).toEqual({
    message: expect.stringMatching(
      /^disk: cannot write .*config\.json: the disk is full; .* Nothing was changed\.$/,
    ) as string,
    memory: 1,
    disk: 1,
  });
});

test('ETags are strong: they differ by version and by content; weak ones never match', () => {
  expect(etagOf(1, {})).not.toBe(etagOf(2, {}));
  expect(etagOf(1, {})).not.toBe(etagOf(1, wanted));
  expect(ifMatchHolds('W/"a"', '"a"')).toBe(false);
  expect(ifMatchHolds('"b", "a"', '"a"')).toBe(true);
  expect(ifMatchHolds('a', '"a"')).toBe(false);
});

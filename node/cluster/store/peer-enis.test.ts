import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPeerEnis, PEER_ENIS_FILE } from './peer-enis';

let dir: string;
let warnings: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tg-enis-'));
  warnings = [];
});
afterEach(() => rmSync(dir, { recursive: true }));
const open = (cluster = 'gw.x') => openPeerEnis(dir, cluster, (message) => warnings.push(message));
const settled = async () => {
  const end = Date.now() + 2000;
  while ((await open()).of(['b']).length === 0 && Date.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 5));
};

test('what a member said is known after a restart, of members of this cluster only', async () => {
  const enis = await open();
  enis.learn('b', ['eni-2', 'eni-1', 'eni-2']);
  enis.learn('b', []); // it has just started
  expect(enis.of(['a', 'b'])).toEqual(['eni-1', 'eni-2']);
  await settled();
  expect((await open()).of(['b'])).toEqual(['eni-1', 'eni-2']);
  expect((await open()).of(['a'])).toEqual([]);
  expect((await open('other.x')).of(['b'])).toEqual([]);
});

test('a damaged file is warned of, and learned anew', async () => {
  writeFileSync(join(dir, PEER_ENIS_FILE), '{');
  const enis = await open();
  expect(warnings.join()).toMatch(/peer-enis\.json is damaged/);
  enis.learn('b', ['eni-1']);
  expect(enis.of(['b'])).toEqual(['eni-1']);
  await settled();
});

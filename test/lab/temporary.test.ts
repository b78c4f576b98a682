import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from './temporary';

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('removes what a run that was killed left behind, and nothing that is not provably such', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'temporary-'));
  const make = async (name: string, owner: object | null) => {
    await mkdir(join(parent, name));
    if (owner) await writeFile(join(parent, name, 'owner.json'), JSON.stringify(owner));
  };
  try {
    const first = await temporaryFolder('tg-x-', parent);
    const own = JSON.parse(await readFile(join(first, 'owner.json'), 'utf8')) as { pid: number; startTime: string };
    await make('tg-x-reused-pid', { ...own, startTime: '1' });
    await make('tg-x-ended', { pid: 2 ** 22 + 1, startTime: '1' });
    await make('tg-x-nobodys', null);
    await make('tg-x-unclear', { pid: 2 ** 22 + 1, startTime: '' });
    await make('other-ended', { pid: 2 ** 22 + 1, startTime: '1' });
    const second = await temporaryFolder('tg-x-', parent);
    const there = (name: string) => existsSync(join(parent, name));
    expect([first, second].every((folder) => existsSync(folder))).toBe(true);
    expect(['tg-x-reused-pid', 'tg-x-ended'].filter(there)).toEqual([]);
    expect(['tg-x-nobodys', 'tg-x-unclear', 'other-ended'].filter(there)).toHaveLength(3);
  } finally {
    await rm(parent, { recursive: true });
  }
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardInstance, INSTANCE_FILE } from './instance-guard';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'tg-instance-'))));
afterEach(() => rmSync(dir, { recursive: true }));
const guard = (instanceId: string | null) => guardInstance(dir, instanceId, (message) => fail(message));
const fail = (message: string) => {
  throw new Error(message);
};

test('a folder belongs to the instance that first used it; a copy on another one is refused with both ways out', async () => {
  await guard('i-1');
  await guard('i-1');
  await expect(guard('i-2')).rejects.toThrow(
    /belongs to the instance i-1, but this is i-2: .*tg-node init.*rm '.*instance\.json'/,
  );
  await guard('i-1');
  for (const name of [INSTANCE_FILE, `${INSTANCE_FILE}.last-good`]) rmSync(join(dir, name));
  await guard('i-2');
  await expect(guard('i-1')).rejects.toThrow(/belongs to the instance i-2/);
});

test('an instance that cannot be asked is neither remembered nor refused', async () => {
  await guard(null);
  await guard('i-1');
  await guard(null);
  await expect(guard('i-2')).rejects.toThrow(/i-1/);
});

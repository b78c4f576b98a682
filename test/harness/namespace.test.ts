import { existsSync } from 'node:fs';
import { createNamespace, namespacesForbidden } from './namespace';
import { viewNic } from './nic-view';

let forbidden: string | null;
beforeAll(async () => {
  forbidden = await namespacesForbidden();
});

test('NICs have the given MAC and address, and the namespace goes with its holder', async () => {
  if (forbidden !== null) {
    console.warn(`not run: ${forbidden}`);
    return;
  }
  const namespace = await createNamespace([
    { device: 'eth0', mac: '02:00:00:00:00:10', cidr: '10.0.0.10/24', gateway: '10.0.0.1' },
    { device: 'eth1', mac: '02:00:00:00:01:10', cidr: '10.0.1.10/24' },
  ]);
  try {
    expect(await namespace.ip('link', 'show', 'eth1')).toContain('02:00:00:00:01:10');
    expect(await namespace.ip('route')).toContain('default via 10.0.0.1 dev eth0');
    await namespace.ip(
      'addr',
      'add',
      '10.0.1.50/32',
      'dev',
      'eth1',
      'label',
      'eth1:cip',
      'valid_lft',
      '60',
      'preferred_lft',
      '60',
    );
    expect(await viewNic(namespace, 'eth1')).toEqual([
      { address: '10.0.1.10', prefixLength: 24, label: 'eth1', validSeconds: null },
      { address: '10.0.1.50', prefixLength: 32, label: 'eth1:cip', validSeconds: expect.any(Number) as number },
    ]);
  } finally {
    await namespace.close();
  }
  expect(existsSync(namespace.path)).toBe(false);
});

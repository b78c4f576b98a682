import { createNamespace, namespacesForbidden } from './namespace';
import { watchRemovals } from './removals';

test('an address that comes back was removed all the same', async () => {
  const forbidden = await namespacesForbidden();
  if (forbidden !== null) {
    console.warn(`not run: ${forbidden}`);
    return;
  }
  const namespace = await createNamespace([{ device: 'eth1', mac: '02:00:00:00:01:10', cidr: '10.0.1.10/24' }]);
  try {
    const removed = await watchRemovals(namespace);
    const flap = async () => {
      await namespace.ip('addr', 'add', '10.0.1.50/32', 'dev', 'eth1');
      await namespace.ip('addr', 'del', '10.0.1.50/32', 'dev', 'eth1');
    };
    for (let i = 0; i < 20; i += 1) await flap(); // the first ones may come before the monitor listens
    const addresses = await removed();
    expect(new Set(addresses)).toEqual(new Set(['10.0.1.50']));
  } finally {
    await namespace.close();
  }
});

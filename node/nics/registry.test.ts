import type { Imds } from '../cloud';
import type { Link } from '../os/parse';
import { Ec2Error, type Ec2Port } from '../reconciler/ports';
import { reportMissingEnis } from './missing-enis';
import { createNicRegistry } from './registry';

const OLD = '02:00:00:00:01:10';
const NEW = '02:00:00:00:01:99';

/** An instance whose eth1 may be given another ENI, and a registry that has discovered the first. */
async function discovered() {
  const world = { mac: OLD, index: 3, present: true, defaultDevice: 'eth0' as string | null, readable: true };
  const enis: Record<string, string> = { [OLD]: 'eni-1', [NEW]: 'eni-2' };
  const asked: string[] = [];
  const links = (): Promise<Link[]> =>
    world.readable
      ? Promise.resolve(world.present ? [{ index: world.index, device: 'eth1', mac: world.mac, up: true }] : [])
      : Promise.reject(new Error('ip hangs'));
  const imds = {
    endpoint: 'fake',
    get: (path: string) => {
      asked.push(path);
      const mac = path.split('/')[3] ?? '';
      const answers: Record<string, string> = {
        'interface-id': enis[mac] ?? '',
        'subnet-id': 'subnet-1',
        'subnet-ipv4-cidr-block': '10.0.1.0/24',
        'local-ipv4s': '10.0.1.10',
        'vpc-ipv4-cidr-blocks': '10.0.0.0/16',
      };
      return Promise.resolve(mac === '' ? `${OLD}/\n${NEW}/` : (answers[path.split('/').at(-1) ?? ''] ?? ''));
    },
  } satisfies Imds;
  const told: (string | undefined)[] = [];
  const waiting: (() => void)[] = [];
  const registry = createNicRegistry({
    host: {
      links,
      defaultRouteDevice: () =>
        world.readable ? Promise.resolve(world.defaultDevice) : Promise.reject(new Error('ip hangs')),
    },
    imds,
    ec2: { describeEni: () => Promise.reject(new Error('not to be asked')) },
    overrides: {},
    region: 'eu-central-1',
    cache: { load: () => Promise.resolve([]), save: () => Promise.resolve() },
    clock: { now: () => 0, wall: () => '', random: () => 0, sleep: () => new Promise<void>((r) => waiting.push(r)) },
    onChange: () => {
      told.push(registry.contexts()[0]?.eniId);
      changed();
    },
    log: () => undefined,
  });
  let changed: () => void = () => undefined;
  await registry.want(['eth1']);
  told.length = 0;
  asked.length = 0;
  const next = () => new Promise<void>((resolve) => (changed = resolve));
  return { world, registry, told, asked, next };
}

test('a NIC that has become another is unknown until its ENI is discovered', async () => {
  const { world, registry, told, next } = await discovered();
  world.mac = NEW;
  const reviewed = registry.review();
  await next();
  await next();
  await reviewed;
  expect(told).toEqual([undefined, 'eni-2']);
});

test('what cannot be read, or is gone for now, changes nothing', async () => {
  const { world, registry, told } = await discovered();
  world.readable = false;
  await registry.review();
  Object.assign(world, { readable: true, present: false });
  await registry.review();
  expect(told).toEqual([]);
  expect(registry.contexts()[0]?.eniId).toBe('eni-1');
});

test('the policy follows the default route and the index of the NIC', async () => {
  const { world, registry } = await discovered();
  const policy = async () => {
    await registry.review();
    return registry.contexts()[0]?.policy;
  };
  expect(await policy()).toEqual({ table: 7003, gateway: '10.0.1.1' });
  world.defaultDevice = 'eth1';
  expect(await policy()).toBeNull();
  world.defaultDevice = 'eth0';
  world.index = 9;
  expect(await policy()).toEqual({ table: 7009, gateway: '10.0.1.1' });
});

test('an ENI that EC2 does not know makes its NIC be discovered at once, another makes none', async () => {
  const { registry, asked } = await discovered();
  const gone = () => Promise.reject(new Ec2Error('eni-missing', 'retry-later', 'NotFound', 'gone'));
  const port: Ec2Port = { assign: gone, unassign: gone, describeEni: gone, findHolder: () => Promise.resolve(null) };
  const ec2 = reportMissingEnis(port, (eniId) => registry.forgetEni(eniId));
  await expect(ec2.unassign({ eniId: 'eni-7', addresses: [] })).rejects.toThrow('gone');
  expect(asked).toEqual([]);
  await expect(ec2.assign({ eniId: 'eni-1', addresses: [], allowReassignment: false })).rejects.toThrow('gone');
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).not.toEqual([]);
});

/** The node's EC2 side against the VPC emulator: metadata, credentials, discovery, and the reconciler on all of it. */
import {
  Reconciler,
  type BoundAddress,
  type Clock,
  type LedgerEntry,
  type NicContext,
  type OsPort,
  type ReconcilerEvent,
} from '@tg/node';
import { connectEc2, connectImds, discoverInstance, discoverNic, type Ec2Connection, type Imds } from '@tg/node/cloud';
import { startVpc, type RunningVpc } from '@tg/vpc';
import { addresses, assign, createEni, createLab, describeEni, unassign, type Lab } from '../vpc/lab';

let vpc: RunningVpc;
let lab: Lab;
let imds: Imds;
let ec2: Ec2Connection;
let context: NicContext;
let running: Reconciler[];

beforeAll(async () => {
  vpc = await startVpc();
});

afterAll(() => vpc.close());

beforeEach(async () => {
  running = [];
  lab = await createLab(vpc.endpoint);
  imds = connectImds({ endpoint: (await vpc.imds(lab.instanceId)).endpoint });
  const { region } = await discoverInstance(imds);
  ec2 = connectEc2({
    region,
    endpoint: vpc.endpoint,
    imds,
    timeouts: { request: 300, operation: 400 },
    // Not the default chain: the machine that runs the test may have credentials of its own.
    credentials: () => instanceProfile(),
  });
  const { MacAddress: mac } = await describeEni(lab, lab.a);
  const { eniId, subnetId, subnetCidr, primary } = await discoverNic({ nic: 'eth1', mac: mac!, imds });
  context = { nic: 'eth1', device: 'eth1', eniId, subnetId, subnetCidr, primary, policy: null };
});

afterEach(async () => {
  await Promise.all(running.map((node) => node.stop('keep')));
  ec2.close();
  vpc.clearFaults();
});

async function instanceProfile() {
  const path = 'iam/security-credentials/';
  const found = JSON.parse(await imds.get(`${path}${await imds.get(path)}`)) as Record<string, string>;
  return {
    accessKeyId: found.AccessKeyId!,
    secretAccessKey: found.SecretAccessKey!,
    sessionToken: found.Token!,
    expiration: new Date(found.Expiration!),
  };
}

const clock: Clock = {
  now: () => performance.now(),
  wall: () => new Date().toISOString(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

function memoryOs(): OsPort {
  let bound: BoundAddress[] = [];
  const without = (gone: readonly { address: string; device: string }[]) =>
    bound.filter((b) => !gone.some((g) => g.address === b.address && g.device === b.device));
  return {
    dryRun: false,
    list: () => Promise.resolve(bound),
    bind(bindings) {
      bound = [
        ...without(bindings),
        ...bindings.map(({ address, device }) => ({
          address,
          device,
          prefixLength: 32,
          label: `${device}:cip`,
          validSeconds: 5,
        })),
      ];
      return Promise.resolve();
    },
    disconnect: () => Promise.resolve(),
    unbind(gone) {
      bound = without(gone);
      return Promise.resolve();
    },
    watch: () => () => undefined,
  };
}

/** A node on the lab's ENI A, and a way to wait for what it reports. */
async function startNode() {
  let ledger: LedgerEntry[] = [];
  const events: ReconcilerEvent[] = [];
  const listeners = new Set<() => void>();
  const node = new Reconciler({
    ec2,
    os: memoryOs(),
    ledger: {
      load: () => Promise.resolve(ledger),
      save: (entries) => {
        ledger = [...entries];
        return Promise.resolve();
      },
    },
    clock,
    nics: [context],
    memberEnis: () => new Set([lab.a]),
    timing: { agreeMs: 100, ec2TimeoutMs: 500, backoffBaseMs: 50 },
    onEvent: (event) => {
      events.push(event);
      for (const listener of listeners) listener();
    },
  });
  running.push(node);
  await node.start();
  node.setRole('active');
  const outcome = (version: number): Promise<ReconcilerEvent> =>
    new Promise((resolve) => {
      const check = (): void => {
        const found = events.find((e) => (e.type === 'applied' || e.type === 'refused') && e.version === version);
        if (found === undefined) return;
        listeners.delete(check);
        resolve(found);
      };
      listeners.add(check);
      check();
    });
  return {
    node,
    outcome,
    want: (version: number, address: string | null) => {
      const wanted = address === null ? [] : [{ address, nic: 'eth1' }];
      node.setDesired({ version, addresses: wanted });
      return outcome(version);
    },
  };
}

test('discovers itself by the metadata of its instance', () => {
  expect(context).toEqual({
    nic: 'eth1',
    device: 'eth1',
    eniId: lab.a,
    subnetId: lab.subnetId,
    subnetCidr: '10.0.1.0/24',
    primary: '10.0.1.10',
    policy: null,
  });
});

test('acquires, changes in place and releases, within the IAM policy and beside a foreign address', async () => {
  await assign(lab, lab.a, ['10.0.1.77']);
  const { want } = await startNode();
  await expect(want(1, '10.0.1.50')).resolves.toMatchObject({ type: 'applied', address: '10.0.1.50' });
  expect((await addresses(lab, lab.a)).sort()).toEqual(['10.0.1.10', '10.0.1.50', '10.0.1.77']);
  await expect(want(2, '10.0.1.51')).resolves.toMatchObject({ type: 'applied', address: '10.0.1.51' });
  expect((await addresses(lab, lab.a)).sort()).toEqual(['10.0.1.10', '10.0.1.51', '10.0.1.77']);
  await expect(want(3, null)).resolves.toMatchObject({ type: 'applied', address: null });
  expect((await addresses(lab, lab.a)).sort()).toEqual(['10.0.1.10', '10.0.1.77']);
  const { refused } = await vpc.policyUse(lab.instanceId);
  expect(refused).toEqual([]);
});

test('an address removed from the ENI by hand comes back', async () => {
  const { node, want } = await startNode();
  await want(1, '10.0.1.50');
  await unassign(lab, lab.a, ['10.0.1.50']);
  node.wake();
  while (!(await addresses(lab, lab.a)).includes('10.0.1.50')) await clock.sleep(20);
});

test('an Assign that succeeds without an answer is noticed', async () => {
  vpc.addFault({ action: 'AssignPrivateIpAddresses', kind: 'timeout-after-success' });
  const { want } = await startNode();
  await expect(want(1, '10.0.1.50')).resolves.toMatchObject({ type: 'applied' });
});

test('expired credentials are replaced by fresh ones', async () => {
  vpc.addFault({ action: 'AssignPrivateIpAddresses', kind: 'expired-credentials' });
  const { want } = await startNode();
  await expect(want(1, '10.0.1.50')).resolves.toMatchObject({ type: 'applied' });
});

test('throttling and trouble of EC2 are waited out', async () => {
  vpc.addFault({ action: 'AssignPrivateIpAddresses', kind: 'throttle', times: 2 });
  vpc.addFault({ action: 'AssignPrivateIpAddresses', kind: 'server-error' });
  vpc.addFault({ action: 'AssignPrivateIpAddresses', kind: 'drop' });
  const { want } = await startNode();
  await expect(want(1, '10.0.1.50')).resolves.toMatchObject({ type: 'applied' });
});

describe('refuses for good, with the reason', () => {
  test('what a stranger holds, naming it', async () => {
    await assign(lab, lab.b, ['10.0.1.50']);
    const { want } = await startNode();
    await expect(want(1, '10.0.1.50')).resolves.toMatchObject({
      type: 'refused',
      code: 'held-by-other',
      message: expect.stringContaining(lab.b) as string,
    });
    expect(await addresses(lab, lab.b)).toContain('10.0.1.50');
  });

  test("another ENI's primary address, naming it", async () => {
    const { want } = await startNode();
    await expect(want(1, '10.0.1.11')).resolves.toMatchObject({
      type: 'refused',
      code: 'primary-of-other',
      message: expect.stringContaining(lab.b) as string,
    });
  });

  test('one more than the ENI can hold', async () => {
    await assign(lab, lab.a, ['10.0.1.71', '10.0.1.72', '10.0.1.73', '10.0.1.74', '10.0.1.75']);
    const { want } = await startNode();
    await expect(want(1, '10.0.1.50')).resolves.toMatchObject({ type: 'refused', code: 'eni-full' });
  });

  test('what IAM does not allow, naming the action', async () => {
    const Describe = { Effect: 'Allow' as const, Action: 'ec2:DescribeNetworkInterfaces', Resource: '*' };
    vpc.setPolicy(lab.instanceId, { Version: '2012-10-17', Statement: [Describe] });
    const { want } = await startNode();
    await expect(want(1, '10.0.1.50')).resolves.toMatchObject({
      type: 'refused',
      code: 'unauthorized',
      message: expect.stringContaining('ec2:AssignPrivateIpAddresses') as string,
    });
  });
});

test('a full ENI makes room for a change, and takes the old address back when the new one cannot be had', async () => {
  await assign(lab, lab.a, ['10.0.1.71', '10.0.1.72', '10.0.1.73', '10.0.1.74']);
  const stranger = await createEni(lab, { PrivateIpAddress: '10.0.1.60' });
  const { want } = await startNode();
  await want(1, '10.0.1.50');
  await expect(want(2, '10.0.1.51')).resolves.toMatchObject({ type: 'applied', address: '10.0.1.51' });
  await assign(lab, stranger, ['10.0.1.52']);
  await expect(want(3, '10.0.1.52')).resolves.toMatchObject({ type: 'refused', address: '10.0.1.52' });
  await expect(want(4, '10.0.1.51')).resolves.toMatchObject({ type: 'applied', address: '10.0.1.51' });
  expect(await addresses(lab, lab.a)).toContain('10.0.1.51');
});

import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeStatus } from '@tg/api';
import pino from 'pino';
import { type Agent, type AgentParts, startAgent } from './agent';
import { ImdsError } from './cloud';
import { DaemonConfig } from './daemon-config';
import type { HostOs } from './os/choose';
import type { HostSettings } from './os/host-settings';
import type { Tool } from './os/tools';
import type { HostView } from './os/second-actor/host-view';
import { type BoundAddress, Ec2Error, type Ec2Port, type Holder } from './reconciler/ports';

export const UID = 'node-a';
const KEY = 'trustgrid-token terraform:secret';

/** What tells one test node from another. */
export interface Identity {
  uid: string;
  fqdn: string;
  eniId: string;
  mac: string;
  primary: string;
  instanceId: string;
}

export const NODE_A: Identity = {
  uid: UID,
  fqdn: 'gw-a.example.com',
  eniId: 'eni-1',
  mac: '02:00:00:00:01:10',
  primary: '10.0.1.10',
  instanceId: 'i-1',
};
export const NODE_B: Identity = {
  uid: 'node-b',
  fqdn: 'gw-b.example.com',
  eniId: 'eni-2',
  mac: '02:00:00:00:01:20',
  primary: '10.0.1.20',
  instanceId: 'i-2',
};

/** EC2 with one subnet: which ENI has which secondary addresses, and what it is told to do wrong. */
export interface FakeEc2 extends Ec2Port {
  secondary: Map<string, Set<string>>;
  /** Held by a stranger for good. */
  taken: Set<string>;
  down: boolean;
  calls: string[];
}

export function fakeEc2(): FakeEc2 {
  const secondary = new Map<string, Set<string>>([
    [NODE_A.eniId, new Set()],
    [NODE_B.eniId, new Set()],
  ]);
  const call = (fake: FakeEc2, name: string) => {
    fake.calls.push(name);
    if (fake.down) throw new Ec2Error('unreachable', 'retry-later', 'ECONNREFUSED', 'EC2 is down', 'refused');
  };
  const fake: FakeEc2 = {
    secondary,
    taken: new Set(),
    down: false,
    calls: [],
    assign: async ({ eniId, addresses, allowReassignment }) => {
      await Promise.resolve();
      call(fake, `assign ${addresses.join()}${eniId === NODE_A.eniId ? '' : ` to ${eniId}`}`);
      const taken = addresses.filter((address) => fake.taken.has(address));
      if (taken.length > 0) {
        throw new Ec2Error('held-by-other', 'ask-a-person', 'InvalidParameterValue', `${taken.join()} assigned`);
      }
      const others = [...secondary].filter(([id]) => id !== eniId).map(([, held]) => held);
      if (!allowReassignment && others.some((held) => addresses.some((address) => held.has(address)))) {
        throw new Ec2Error('held-by-other', 'ask-a-person', 'InvalidParameterValue', `${addresses.join()} assigned`);
      }
      for (const held of others) for (const address of addresses) held.delete(address);
      for (const address of addresses) secondary.get(eniId)?.add(address);
    },
    unassign: async ({ eniId, addresses }) => {
      await Promise.resolve();
      call(fake, `unassign ${addresses.join()}`);
      for (const address of addresses) secondary.get(eniId)?.delete(address);
    },
    describeEni: async (eniId) => {
      await Promise.resolve();
      call(fake, 'describe');
      const held = [...(secondary.get(eniId) ?? [])];
      const primary = eniId === NODE_B.eniId ? NODE_B.primary : NODE_A.primary;
      return { eniId, subnetId: 'subnet-1', primary, secondary: held, sourceDestCheck: false };
    },
    findHolder: async ({ address }) => {
      await Promise.resolve();
      call(fake, `holder ${address}`);
      const stranger: Holder = { eniId: 'eni-stranger', primary: false };
      if (fake.taken.has(address)) return stranger;
      const [eniId] = [...secondary].find(([, held]) => held.has(address)) ?? [];
      return eniId === undefined ? null : { eniId, primary: false };
    },
  };
  return fake;
}

/** A host with nothing wrong. */
export const bareHostFacts: { settings: HostSettings; missing: Tool[]; bound: BoundAddress[] } = {
  settings: { forwards: true, reversePath: new Map(), tracked: null, picksUp: null },
  missing: [],
  bound: [],
};

/** The operating system as a list of addresses. */
export interface FakeOs extends HostOs {
  bound: Map<string, BoundAddress>;
}

export function fakeOs({ mac }: Pick<Identity, 'mac'> = NODE_A): FakeOs {
  const bound = new Map<string, BoundAddress>();
  return {
    bound,
    dryRun: false,
    list: () => Promise.resolve([...bound.values()]),
    bind: (bindings) => {
      for (const { address, device, lifetimeSeconds } of bindings) {
        const label = `${device}:cip`;
        bound.set(address, { address, prefixLength: 32, device, label, validSeconds: lifetimeSeconds });
      }
      return Promise.resolve();
    },
    disconnect: () => Promise.resolve(),
    unbind: (addresses) => {
      for (const { address } of addresses) bound.delete(address);
      return Promise.resolve();
    },
    watch: () => () => undefined,
    guard: () => Promise.resolve(),
    hostFacts: () => Promise.resolve(bareHostFacts),
    links: () =>
      Promise.resolve([
        { index: 2, device: 'eth0', mac: '02:00:00:00:00:10', up: true },
        { index: 3, device: 'eth1', mac, up: true },
      ]),
    defaultRouteDevice: () => Promise.resolve('eth0'),
    close: () => undefined,
  };
}

/** Instance metadata of a node whose eth1 is eni-1 in 10.0.1.0/24. */
export interface FakeImds {
  readonly endpoint: string;
  down: boolean;
  get(path: string): Promise<string>;
}

export function fakeImds({ mac, eniId, primary, instanceId }: Identity = NODE_A): FakeImds {
  const macs = 'network/interfaces/macs';
  const answers: Record<string, string> = {
    'instance-id': instanceId,
    'placement/region': 'eu-central-1',
    [`${macs}/`]: `${mac}/`,
    [`${macs}/${mac}/interface-id`]: eniId,
    [`${macs}/${mac}/subnet-id`]: 'subnet-1',
    [`${macs}/${mac}/subnet-ipv4-cidr-block`]: '10.0.1.0/24',
    [`${macs}/${mac}/local-ipv4s`]: primary,
    [`${macs}/${mac}/vpc-ipv4-cidr-blocks`]: '10.0.0.0/16',
  };
  const fake: FakeImds = {
    endpoint: 'fake',
    down: false,
    get: async (path) => {
      await Promise.resolve();
      if (fake.down) throw new ImdsError('unreachable', 'The instance metadata service does not answer.');
      const answer = answers[path];
      if (answer === undefined) throw new ImdsError('not-found', path);
      return answer;
    },
  };
  return fake;
}

export const bareHost: HostView = {
  read: () => Promise.resolve(null),
  names: () => Promise.resolve([]),
  ask: () => Promise.resolve(null),
};

/** A node around the fakes, whose daemon can be started and stopped again and again. */
export interface TestNode {
  dir: string;
  config: DaemonConfig;
  ec2: FakeEc2;
  os: FakeOs;
  imds: FakeImds;
  agent: Agent | null;
  start(parts?: Partial<AgentParts>): Promise<Agent>;
  stop(how?: 'release' | 'keep'): Promise<void>;
  /** Ends the daemon as kill -9 does. */
  kill(): Promise<void>;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown; headers: Headers }>;
  /** Writes eth1's cluster IP (null: no entry) and answers the outcome. */
  write(address: string | null): Promise<NodeStatus>;
  logged: string[];
  dispose(): Promise<void>;
}

export function createTestNode(identity: Identity = NODE_A, ec2: FakeEc2 = fakeEc2()): TestNode {
  const { uid, fqdn } = identity;
  const dir = mkdtempSync(join(tmpdir(), 'tg-agent-'));
  const logged: string[] = [];
  const node: TestNode = {
    dir,
    config: DaemonConfig.parse({
      uid,
      fqdn,
      data_dir: join(dir, 'data'),
      listen: { host: '127.0.0.1', port: 0, plain: true },
      tokens: [{ id: 'terraform', secret_sha256: createHash('sha256').update('secret').digest('hex') }],
    }),
    ec2,
    os: fakeOs(identity),
    imds: fakeImds(identity),
    agent: null,
    logged,
    async start(parts = {}) {
      const { ec2, os, imds } = node;
      const logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
      const timing = { backoffBaseMs: 20, backoffMaxMs: 40, agreeMs: 20 };
      node.agent = await startAgent(node.config, logger, { ec2, os, imds, host: bareHost, timing, ...parts });
      return node.agent;
    },
    async stop(how) {
      const { agent } = node;
      node.agent = null;
      await agent?.stop(how);
    },
    async kill() {
      const { agent } = node;
      node.agent = null;
      await agent?.abandon();
    },
    async call(method, path, body) {
      const response = await fetch(`${node.agent?.url ?? ''}${path}`, {
        method,
        headers: { authorization: KEY, connection: 'close' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json(), headers: response.headers };
    },
    async write(address) {
      const network = { interfaces: address === null ? [] : [{ nic: 'eth1', clusterIP: address }] };
      const { status, headers, body } = await node.call('PUT', `/node/${uid}/config/network`, network);
      if (status !== 200) throw new Error(JSON.stringify(body));
      const version = headers.get('tg-config-version') ?? '';
      const answer = await node.call('GET', `/node/${uid}/status?version=${version}&nic=eth1&wait=10`);
      return NodeStatus.parse(answer.body);
    },
    async dispose() {
      await node.stop('keep');
      await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }); // a last save may be under way
    },
  };
  return node;
}

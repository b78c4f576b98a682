import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { parse } from 'yaml';
import type { Cloud } from './cloud';
import { createDaemon, freePort, type Daemon } from './daemon';
import { viewEni } from './eni-view';
import type { Namespace } from './namespace';
import { viewNic } from './nic-view';
import type { Scope } from './scope';
import { DATA_NIC, gatewayNamespace } from './stage';
import type { VpcProcess } from './vpc-process';
import { createGateway, type GatewayInstance, type World } from './world';

/** One of two gateways: its instance, its NICs and its daemon, running, in no cluster yet. */
export interface Gateway extends GatewayInstance {
  readonly daemon: Daemon;
  readonly namespace: Namespace;
  /** Where its daemon is to take heartbeats. */
  readonly heartbeat: { readonly host: string; readonly port: number };
  /** The secondary addresses of its data ENI, asked as the administrator. */
  readonly secondaries: () => Promise<string[]>;
  /** What the kernel has bound on its data NIC beside the primary address. */
  readonly bound: () => Promise<string[]>;
}

/** Two gateways in one subnet that know nothing of each other, and the way for terraform to both. */
export interface Pair {
  readonly ec2: EC2Client;
  readonly world: World;
  readonly a: Gateway;
  readonly b: Gateway;
  /** `api_hosts` of the provider. */
  readonly apiHosts: readonly string[];
  /** `TG_…` variables: one API key that both take, and both certificates. */
  readonly env: NodeJS.ProcessEnv;
}

/** Sets it up on an emulated cloud; every part is undone by `scope`. `bundle` is dist/tg-node.cjs. */
export async function setPair(scope: Scope, cloud: Cloud & { control: VpcProcess }, bundle: string): Promise<Pair> {
  const { ec2, world } = cloud;
  const subnets = { management: world.managementSubnet.id, data: world.dataSubnet.id };
  const second = await createGateway(ec2, subnets, { management: '10.0.0.11', data: '10.0.1.11' });
  const dir = await mkdtemp(join(tmpdir(), 'tg-pair-'));
  scope.defer('remove the data of the pair', () => rm(dir, { recursive: true, force: true }));
  const start = async (name: 'a' | 'b', instance: GatewayInstance, config: Record<string, unknown>) => {
    const namespace = await gatewayNamespace(instance, world);
    scope.defer(`remove the network namespace of ${name}`, () => namespace.close());
    const folder = await mkdtemp(join(dir, `${name}-`));
    const daemon = await createDaemon({
      bundle,
      dir: folder,
      fqdn: `gw-${name}.example.com`,
      aws: {
        aws: { ec2_endpoint: cloud.control.endpoint, imds_endpoint: await cloud.control.imds(instance.instanceId) },
        nics: {},
        env: {},
      },
      netns: namespace.path,
      config,
    });
    scope.defer(`stop the daemon of ${name}`, () => daemon.stop());
    await daemon.start();
    const gateway: Gateway = {
      instanceId: instance.instanceId,
      management: instance.management,
      data: instance.data,
      daemon,
      namespace,
      heartbeat: { host: '127.0.0.1', port: await freePort() },
      secondaries: async () => (await viewEni(ec2, instance.data.id)).secondary.sort(),
      bound: async () => {
        const all = (await viewNic(namespace, DATA_NIC)).map((nic) => nic.address);
        return all.filter((address) => address !== instance.data.primary).sort();
      },
    };
    return { gateway, folder };
  };
  const first = await start('a', world, {});
  // One API key for both, as one provider block has one.
  const { tokens } = parse(await readFile(join(first.folder, 'node.yaml'), 'utf8')) as { tokens: unknown };
  const { gateway: b } = await start('b', second, { tokens });
  const a = first.gateway;
  const caFile = join(dir, 'ca.pem');
  const certificates = await Promise.all([a, b].map(({ daemon }) => readFile(daemon.caFile, 'utf8')));
  await writeFile(caFile, certificates.join('\n'));
  const { id, secret } = a.daemon.apiKey;
  return {
    ec2,
    world,
    a,
    b,
    apiHosts: [a.daemon.apiHost, b.daemon.apiHost],
    env: { TG_API_KEY_ID: id, TG_API_KEY_SECRET: secret, TG_CA_FILE: caFile },
  };
}

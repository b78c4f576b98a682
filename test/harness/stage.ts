import type { EC2Client } from '@aws-sdk/client-ec2';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cloud } from './cloud';
import { createDaemon, type Daemon } from './daemon';
import { viewEni, type EniAddresses } from './eni-view';
import { createNamespace, type Namespace } from './namespace';
import { viewNic, type NicAddress } from './nic-view';
import type { Scope } from './scope';
import type { GatewayInstance, World } from './world';

/** The NIC of the data ENI. */
export const DATA_NIC = 'eth1';

/** The NIC of the management ENI. */
export const MANAGEMENT_NIC = 'eth0';

/** The node's name in every run. */
export const NODE_FQDN = 'gw-a.example.com';

/** Everything around terraform: a VPC, a gateway's NICs and its daemon, running. */
export interface Stage {
  cloud: Cloud;
  ec2: EC2Client;
  world: World;
  /** Null in a dry run. */
  namespace: Namespace | null;
  daemon: Daemon;
  /** What the data ENI holds, asked as the administrator. */
  eni: () => Promise<EniAddresses>;
  /** What the kernel has bound on the data NIC; empty in a dry run. */
  nic: () => Promise<NicAddress[]>;
  /** `TG_…` variables that point terraform's provider at the daemon. */
  env: NodeJS.ProcessEnv;
}

/** Sets the stage; every part is undone by `scope`. `bind: false` makes no NICs (dry run). `bundle` is dist/tg-node.cjs. */
export async function setStage(scope: Scope, cloud: Cloud, options: { bundle: string; bind: boolean }): Promise<Stage> {
  const { ec2, world } = cloud;
  const namespace = options.bind ? await gatewayNamespace(world, world) : null;
  if (namespace) scope.defer('remove the network namespace', () => namespace.close());

  const dir = await mkdtemp(join(tmpdir(), 'tg-node-'));
  scope.defer('remove the data of the node', () => rm(dir, { recursive: true, force: true }));
  const withoutNics = {
    [MANAGEMENT_NIC]: { mac: world.management.mac, eni: world.management.id },
    [DATA_NIC]: { mac: world.data.mac, eni: world.data.id },
  };
  const daemon = await createDaemon({
    bundle: options.bundle,
    dir,
    fqdn: NODE_FQDN,
    aws: namespace ? cloud.node : { ...cloud.node, nics: { ...withoutNics, ...cloud.node.nics } },
    netns: namespace?.path ?? null,
  });
  scope.defer('stop the daemon', () => daemon.stop());
  await daemon.start();
  return {
    cloud,
    ec2,
    world,
    namespace,
    daemon,
    eni: () => viewEni(ec2, world.data.id),
    nic: async () => (namespace ? await viewNic(namespace, DATA_NIC) : []),
    env: {
      TG_API_HOST: daemon.apiHost,
      TG_API_KEY_ID: daemon.apiKey.id,
      TG_API_KEY_SECRET: daemon.apiKey.secret,
      TG_CA_FILE: daemon.caFile,
      TF_VAR_node_fqdn: daemon.fqdn,
    },
  };
}

/** The NICs of a gateway in a network namespace of its own. */
export function gatewayNamespace(
  { management, data }: GatewayInstance,
  { managementSubnet, dataSubnet }: Pick<World, 'managementSubnet' | 'dataSubnet'>,
): Promise<Namespace> {
  const prefix = (cidr: string) => cidr.split('/')[1]!;
  return createNamespace([
    {
      device: MANAGEMENT_NIC,
      mac: management.mac,
      cidr: `${management.primary}/${prefix(managementSubnet.cidr)}`,
      gateway: firstHost(managementSubnet.cidr),
    },
    { device: DATA_NIC, mac: data.mac, cidr: `${data.primary}/${prefix(dataSubnet.cidr)}` },
  ]);
}

/** AWS's router has the first address behind the network's. */
function firstHost(cidr: string): string {
  const [a, b, c, d] = cidr.split('/')[0]!.split('.');
  return `${a!}.${b!}.${c!}.${Number(d) + 1}`;
}

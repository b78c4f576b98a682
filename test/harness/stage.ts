import type { EC2Client } from '@aws-sdk/client-ec2';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administrator } from './administrator';
import type { Artifacts } from './artifacts';
import { createDaemon, type Daemon } from './daemon';
import { viewEni, type EniAddresses } from './eni-view';
import { createNamespace, type Namespace } from './namespace';
import { viewNic, type NicAddress } from './nic-view';
import type { Scope } from './scope';
import { startVpcProcess, type VpcProcess } from './vpc-process';
import { createWorld, type World } from './world';

/** The NIC of the data ENI. */
export const DATA_NIC = 'eth1';

/** The node's name in every run. */
export const NODE_FQDN = 'gw-a.example.com';

/** Everything around terraform: an emulated VPC, a gateway's NICs and its daemon, running. */
export interface Stage {
  vpc: VpcProcess;
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

/** Sets the stage; every part is undone by `scope`. `bind: false` makes no NICs (dry run). */
export async function setStage(
  scope: Scope,
  artifacts: Artifacts,
  options: { bind: boolean; upstream?: string },
): Promise<Stage> {
  const vpc = await startVpcProcess(artifacts.vpc, options.upstream);
  scope.defer('stop the VPC', () => vpc.stop());
  const ec2 = administrator(vpc.endpoint);
  scope.defer('close the EC2 client', () => ec2.destroy());
  const world = await createWorld(ec2);
  const namespace = options.bind
    ? await createNamespace([
        { device: 'eth0', mac: world.management.mac, cidr: `${world.management.primary}/24`, gateway: '10.0.0.1' },
        { device: DATA_NIC, mac: world.data.mac, cidr: `${world.data.primary}/24` },
      ])
    : null;
  if (namespace) scope.defer('remove the network namespace', () => namespace.close());

  const dir = await mkdtemp(join(tmpdir(), 'tg-node-'));
  scope.defer('remove the data of the node', () => rm(dir, { recursive: true, force: true }));
  const daemon = await createDaemon({
    bundle: artifacts.node,
    dir,
    fqdn: NODE_FQDN,
    ec2Endpoint: vpc.endpoint,
    imdsEndpoint: await vpc.imds(world.instanceId),
    netns: namespace?.path ?? null,
    ...(namespace ? {} : { nics: { [DATA_NIC]: { mac: world.data.mac, eni: world.data.id } } }),
  });
  scope.defer('stop the daemon', () => daemon.stop());
  await daemon.start();
  return {
    vpc,
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

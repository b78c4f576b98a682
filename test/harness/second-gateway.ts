import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDaemon, freePort, type Daemon } from './daemon';
import { viewEni, type EniAddresses } from './eni-view';
import { viewNic, type NicAddress } from './nic-view';
import type { Scope } from './scope';
import { DATA_NIC, gatewayNamespace, MANAGEMENT_NIC, type Stage } from './stage';
import { createGateway, type GatewayInstance } from './world';

/** A gateway that joins one that is there. */
export interface SecondGateway extends GatewayInstance {
  readonly daemon: Daemon;
  readonly eni: () => Promise<EniAddresses>;
  readonly nic: () => Promise<NicAddress[]>;
  /** Where the first gateway's daemon is to take heartbeats, and where this one's. */
  readonly heartbeats: { readonly first: number; readonly second: number };
  /** `TG_…` variables that point terraform's provider at both daemons. */
  readonly env: NodeJS.ProcessEnv;
}

/** Sets it beside the stage's own, in the same subnets; `scope` undoes it. Nothing is bound where the stage binds nothing. */
export async function addGateway(scope: Scope, stage: Stage, bundle: string, fqdn: string): Promise<SecondGateway> {
  const { ec2, world, cloud } = stage;
  if (cloud.control === null) throw new Error('a second gateway is made on an emulated cloud only');
  const subnets = { management: world.managementSubnet.id, data: world.dataSubnet.id };
  const instance = await createGateway(ec2, subnets, { management: '10.0.0.11', data: '10.0.1.11' });
  const namespace = stage.namespace ? await gatewayNamespace(instance, world) : null;
  if (namespace) scope.defer(`remove the network namespace of ${fqdn}`, () => namespace.close());
  const dir = await mkdtemp(join(tmpdir(), 'tg-node-'));
  scope.defer(`remove the data of ${fqdn}`, () => rm(dir, { recursive: true, force: true }));
  const nics = namespace
    ? {}
    : {
        [MANAGEMENT_NIC]: { mac: instance.management.mac, eni: instance.management.id },
        [DATA_NIC]: { mac: instance.data.mac, eni: instance.data.id },
      };
  const { apiKey, caFile } = stage.daemon;
  const daemon = await createDaemon({
    bundle,
    dir,
    fqdn,
    aws: {
      aws: { ec2_endpoint: cloud.control.endpoint, imds_endpoint: await cloud.control.imds(instance.instanceId) },
      nics,
      env: {},
    },
    netns: namespace?.path ?? null,
    // One API key for both, as one provider block has one.
    config: { tokens: [{ id: apiKey.id, secret_sha256: createHash('sha256').update(apiKey.secret).digest('hex') }] },
  });
  scope.defer(`stop the daemon of ${fqdn}`, () => daemon.stop());
  await daemon.start();
  const certificates = await Promise.all([caFile, daemon.caFile].map((file) => readFile(file, 'utf8')));
  const both = join(dir, 'both.pem');
  await writeFile(both, certificates.join('\n'));
  return {
    ...instance,
    daemon,
    eni: () => viewEni(ec2, instance.data.id),
    nic: async () => (namespace ? await viewNic(namespace, DATA_NIC) : []),
    heartbeats: { first: await freePort(), second: await freePort() },
    env: {
      TF_VAR_api_hosts: JSON.stringify([stage.daemon.apiHost, daemon.apiHost]),
      TG_API_KEY_ID: apiKey.id,
      TG_API_KEY_SECRET: apiKey.secret,
      TG_CA_FILE: both,
    },
  };
}

import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnassignPrivateIpAddressesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { startVpc, type CallRecord, type RunningVpc, type VpcState } from '@tg/vpc';
import { administrator } from '../harness/administrator';
import type { Scope } from '../harness/scope';
import { now, ofPerformance } from './clock';
import { Recorder } from './events';
import { createGateway, startService, watchNic, type Gateway } from './gateway';
import { cut, type Cut } from './network/cuts';
import { createLabNetwork, type LabNetwork } from './network/lab-network';
import { AWS_ADDRESS, CLUSTER_IP, GATEWAYS, SERVICE_PORT, type GatewayName } from './network/plan';
import { createRouter } from './network/router';
import { createLabWorld, type LabWorld } from './world';

/** The files that the lab runs. */
export interface Bundles {
  /** dist/tg-node.cjs */
  node: string;
  /** dist/lab-clients.cjs */
  clients: string;
}

/** The VPC, its hosts and what happens in it. No daemon runs yet. */
export interface Lab {
  readonly vpc: RunningVpc;
  readonly ec2: EC2Client;
  readonly world: LabWorld;
  readonly network: LabNetwork;
  readonly recorder: Recorder;
  readonly bundles: Bundles;
  /** Aborts when the lab itself fails, e.g. a route that could not be set. */
  readonly broken: AbortSignal;
  /** The VPC's state now. */
  state(): VpcState;
  cut(gateway: GatewayName, what: Cut): Promise<() => Promise<void>>;
  /** Takes an address off whichever ENI holds it, as the administrator. */
  takeAway(address: string): Promise<void>;
  /** Two daemons on empty folders, not started. */
  gateways(scope: Scope): Promise<Readonly<Record<GatewayName, Gateway>>>;
}

/** Builds it in this process's network namespace, which must be one of its own. `scope` undoes it. */
export async function createLab(scope: Scope, bundles: Bundles): Promise<Lab> {
  const recorder = new Recorder();
  const failure = new AbortController();
  const folder = await mkdtemp(join(tmpdir(), 'daemons-'));

  const router = await createRouter(scope);
  // EC2 before the hosts: the MAC addresses of their NICs are those of its ENIs.
  const vpc = await startVpc({ host: AWS_ADDRESS });
  scope.defer('stop the VPC', () => vpc.close());
  const ec2 = administrator(vpc.endpoint);
  scope.defer('close the EC2 client', () => ec2.destroy());
  const world = await createLabWorld(ec2);
  const network = await createLabNetwork(scope, router, world);

  let state: VpcState | undefined;
  let holder: GatewayName | null = null;
  const noteState = (next: VpcState) => {
    for (const gateway of GATEWAYS) {
      const id = world.gateways[gateway].data.id;
      const addresses = next.enis.get(id)?.secondary ?? [];
      if (state?.enis.get(id)?.secondary !== addresses) recorder.note({ kind: 'eni', at: now(), gateway, addresses });
    }
    state = next;
  };
  scope.defer('watch the ENIs no longer', vpc.onState(noteState));
  await network.router.follow(vpc, {
    moved: () => {
      const next = GATEWAYS.find((name) =>
        state?.enis.get(world.gateways[name].data.id)?.secondary.includes(CLUSTER_IP),
      );
      if (next === undefined || next === holder) return;
      holder = next;
      network.answerThrough(next).catch((error: unknown) => failure.abort(error));
    },
    failed: (error) => failure.abort(error),
  });
  await network.answerThrough('a');
  scope.defer(
    'watch the calls no longer',
    vpc.onCall((call) => noteCall(recorder, world, call)),
  );
  for (const name of GATEWAYS) {
    await watchNic(scope, network.gateways[name], name, recorder);
    await startService(scope, network.gateways[name], name, bundles.clients, SERVICE_PORT);
  }
  await startService(scope, network.behind, 'behind', bundles.clients, SERVICE_PORT);

  const ec2Port = Number(new URL(vpc.endpoint).port);
  let made = 0;
  return {
    vpc,
    ec2,
    world,
    network,
    recorder,
    bundles,
    broken: failure.signal,
    state: () => state!,
    cut: (gateway, what) => cut(network.router.batch, gateway, what, ec2Port),
    takeAway: async (address) => {
      const eni = [...state!.enis.values()].find(({ secondary }) => secondary.includes(address));
      if (!eni) return;
      const command = { NetworkInterfaceId: eni.eniId, PrivateIpAddresses: [address] };
      await ec2.send(new UnassignPrivateIpAddressesCommand(command));
    },
    gateways: async (own) => {
      const dir = join(folder, String((made += 1)));
      const clusterKey = randomBytes(32).toString('base64url');
      const make = async (name: GatewayName) =>
        createGateway(own, {
          name,
          host: network.gateways[name],
          bundle: bundles.node,
          dir,
          clusterKey,
          recorder,
          aws: {
            region: vpc.region,
            ec2_endpoint: vpc.endpoint,
            imds_endpoint: (await vpc.imds(world.gateways[name].instanceId)).endpoint,
          },
        });
      const [a, b] = await Promise.all([make('a'), make('b')]);
      return { a, b };
    },
  };
}

function noteCall(recorder: Recorder, world: LabWorld, call: CallRecord): void {
  const { principal, action, began, ended, outcome } = call;
  if (principal.kind !== 'instance') return;
  const gateway = GATEWAYS.find((name) => world.gateways[name].instanceId === principal.instanceId);
  if (gateway === undefined) return;
  const at = ofPerformance(ended);
  recorder.note({ kind: 'call', at, gateway, action, began: ofPerformance(began), status: outcome.status });
}

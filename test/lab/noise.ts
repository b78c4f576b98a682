import { AssignPrivateIpAddressesCommand } from '@aws-sdk/client-ec2';
import { Scope } from '../harness/scope';
import { longestGap } from './attempts';
import { now } from './clock';
import type { Lab } from './lab';
import { startLan } from './lan';
import { CLUSTER_IP, GATEWAYS, other, SERVICE_PORT, type GatewayName } from './network/plan';
import { pause } from './pause';

/** What the measurement itself costs here and now: gaps in milliseconds. */
export interface Noise {
  /** Nothing moves. */
  still: number;
  /** The address is moved by hand, bound there before and unbound here after. */
  moved: number;
}

const STILL_MS = 2000;
const MOVES = 4;
const BETWEEN_MS = 400;

/** Measures it without any daemon: no failover can be told from less than this. */
export async function measureNoise(lab: Lab): Promise<Noise> {
  const scope = new Scope();
  try {
    const bind = (name: GatewayName) => lab.network.gateways[name].batch.run(`addr replace ${CLUSTER_IP}/32 dev eth1`);
    const unbind = (name: GatewayName) => lab.network.gateways[name].batch.run(`addr del ${CLUSTER_IP}/32 dev eth1`);
    const map = (name: GatewayName) =>
      lab.ec2.send(
        new AssignPrivateIpAddressesCommand({
          NetworkInterfaceId: lab.world.gateways[name].data.id,
          PrivateIpAddresses: [CLUSTER_IP],
          AllowReassignment: true,
        }),
      );
    let holder: GatewayName = 'a';
    await bind(holder);
    scope.defer('unbind the cluster IP', () => unbind(holder));
    await map(holder);
    scope.defer('unassign the cluster IP', () => lab.takeAway(CLUSTER_IP));
    const lan = await startLan(
      scope,
      lab.network.lan,
      lab.bundles.clients,
      {
        connect: [{ client: 'connect', address: CLUSTER_IP, stepMs: 5 }],
        port: SERVICE_PORT,
        timeoutMs: 250,
        sessions: [],
      },
      lab.recorder,
    );
    await pause(300);
    const began = now();
    await pause(STILL_MS);
    const moving = now();
    for (let move = 0; move < MOVES; move += 1) {
      await bind(other(holder));
      await map(other(holder));
      await unbind(holder);
      holder = other(holder);
      await pause(BETWEEN_MS);
    }
    const end = now();
    await pause(300);
    await lan.stop();
    const attempts = lab.recorder.attempts.get('connect') ?? [];
    const answered = new Set(attempts.map(({ by }) => by));
    if (GATEWAYS.some((name) => !answered.has(name))) {
      throw new Error(
        `the address was moved by hand, but only ${[...answered].join(', ')} answered: the lab is broken`,
      );
    }
    return { still: longestGap(attempts, began, moving).ms, moved: longestGap(attempts, moving, end).ms };
  } finally {
    await scope.close();
    lab.recorder.clear();
  }
}

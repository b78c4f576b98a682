import { CLUSTER_FQDN } from '../gateway';
import { CLUSTER_IP, SECOND_CLUSTER_IP } from '../network/plan';
import { pause } from '../pause';
import { SLACK_MS, TIMEOUT_MS, type Scenario } from '../scenario';
import type { Stage } from '../stage';
import { frozenHolder } from './frozen-holder';

/** What a holder that dies leaves: clients that speak are told by the new one; those that only listen cannot be. */
const FATES: Scenario['fates'] = { chat: ['reset'], keepalive: ['reset'], 'routed-chat': ['kept'] };

async function killA(stage: Stage): Promise<number> {
  const fault = stage.fault('kill -9 of gw-a');
  await stage.gateways.a.daemon.kill();
  return fault;
}

async function startA(stage: Stage): Promise<void> {
  stage.fault('gw-a starts again');
  await stage.gateways.a.daemon.start();
}

export const UNGRACEFUL: readonly Scenario[] = [
  {
    name: 'kill',
    title: 'kill -9 of the active daemon, which later comes back and gets the address again (autoFailback)',
    cluster: { mode: 'autoFailback' },
    gapTargetMs: TIMEOUT_MS + SLACK_MS,
    callsTarget: 1,
    fates: FATES,
    short: true,
    act: async (stage) => {
      const fault = await killA(stage);
      await stage.answeredBy('b', fault);
      // Its ENI has lost the address; the kernel has taken it off the NIC, or does so now.
      const wrong = await stage.settled('b');
      await startA(stage);
      return { fault, holder: 'a', wrong };
    },
  },
  {
    name: 'freeze',
    title: 'SIGSTOP of the active daemon; SIGCONT once the other one holds',
    gapTargetMs: TIMEOUT_MS + SLACK_MS,
    callsTarget: 1,
    fates: FATES,
    act: async (stage) => {
      const fault = stage.fault('SIGSTOP to gw-a');
      stage.gateways.a.signal('SIGSTOP');
      await stage.answeredBy('b', fault);
      await pause(TIMEOUT_MS);
      const thawed = stage.fault('SIGCONT to gw-a');
      stage.gateways.a.signal('SIGCONT');
      await stage.settled('b');
      return { fault, holder: 'b', ...frozenHolder(stage.lab.recorder.events, fault, thawed) };
    },
  },
  {
    name: 'machine-lost',
    title: "every packet of the active gateway's NICs is dropped; they pass again once the other one holds",
    gapTargetMs: TIMEOUT_MS + SLACK_MS,
    callsTarget: 1,
    fates: FATES,
    act: async (stage) => {
      const mend = await stage.lab.cut('a', 'machine');
      const fault = stage.fault('gw-a loses its network');
      await stage.answeredBy('b', fault);
      await pause(2 * TIMEOUT_MS);
      stage.fault('its network is back');
      await mend();
      return { fault, holder: 'b', wrong: [] };
    },
  },
  {
    name: 'slow-ec2',
    title: 'kill -9 while EC2 takes 2 s to answer a call',
    ec2LatencyMs: 2000,
    gapTargetMs: TIMEOUT_MS + 2000 + SLACK_MS,
    callsTarget: 1,
    fates: FATES,
    act: async (stage) => {
      const fault = await killA(stage);
      await stage.answeredBy('b', fault);
      await startA(stage);
      return { fault, holder: 'b', wrong: [] };
    },
  },
  {
    name: 'throttled-ec2',
    title: 'kill -9 while EC2 refuses the first three calls that assign (RequestLimitExceeded)',
    gapTargetMs: null,
    callsTarget: null,
    fates: FATES,
    act: async (stage) => {
      stage.lab.vpc.addFault({ action: 'AssignPrivateIpAddresses', kind: 'throttle', times: 3 });
      const fault = await killA(stage);
      await stage.answeredBy('b', fault);
      await startA(stage);
      return { fault, holder: 'b', wrong: [] };
    },
  },
  {
    name: 'change-during-failover',
    title: `kill -9, and the cluster IP becomes ${SECOND_CLUSTER_IP} before the other one has taken ${CLUSTER_IP}`,
    alsoConnectTo: SECOND_CLUSTER_IP,
    gapTargetMs: null,
    callsTarget: null,
    act: async (stage) => {
      const fault = await killA(stage);
      await pause(TIMEOUT_MS / 2);
      stage.fault(`the cluster IP becomes ${SECOND_CLUSTER_IP}`);
      const network = { interfaces: [{ nic: 'eth1', clusterIP: SECOND_CLUSTER_IP }] };
      await stage.api('b').call('PUT', `/cluster/${CLUSTER_FQDN}/config/network`, network);
      await stage.answeredBy('b', fault);
      await startA(stage);
      return { fault, holder: 'b', address: SECOND_CLUSTER_IP, wrong: [] };
    },
  },
];

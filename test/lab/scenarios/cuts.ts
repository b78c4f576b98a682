import type { LabEvent } from '../events';
import { CLUSTER_IP } from '../network/plan';
import { pause } from '../pause';
import { SLACK_MS, TIMEOUT_MS, type Scenario } from '../scenario';

/** How often the ENI that holds the cluster IP changed since then. */
function moves(events: readonly LabEvent[], since: number): number {
  const holders = events.flatMap((event) =>
    event.kind === 'eni' && event.at >= since && event.addresses.includes(CLUSTER_IP) ? [event.gateway] : [],
  );
  return holders.filter((holder, i) => holder !== (holders[i - 1] ?? 'a')).length;
}

/** A standing partition moves the address once; the hold-down keeps it from coming back meanwhile. */
const atMostOneMove = (events: readonly LabEvent[], since: number): string[] => {
  const count = moves(events, since);
  return count > 1 ? [`the address moved ${count} times during the cut`] : [];
};

/** Shorter than the first hold-down, twice the timeout from the loss. */
const CUT_MS = 2.5 * TIMEOUT_MS;

export const CUTS: readonly Scenario[] = [
  {
    name: 'heartbeat-cut',
    title: 'the members no longer hear each other, but reach EC2; later they do again',
    gapTargetMs: null,
    callsTarget: null,
    act: async (stage) => {
      const mend = await stage.lab.cut('a', 'peer');
      const fault = stage.fault('heartbeats cut');
      await stage.answeredBy('b', fault);
      await pause(CUT_MS - TIMEOUT_MS);
      const wrong = atMostOneMove(stage.lab.recorder.events, fault);
      stage.fault('heartbeats pass again');
      await mend();
      return { fault, holder: 'b', wrong };
    },
  },
  {
    name: 'ec2-cut',
    title: 'the active member does not reach EC2 for a while: it keeps what it holds',
    gapTargetMs: SLACK_MS,
    callsTarget: 0,
    fates: { chat: ['kept'], idle: ['kept'], keepalive: ['kept'], listener: ['kept'], 'routed-chat': ['kept'] },
    act: async (stage) => {
      const mend = await stage.lab.cut('a', 'ec2');
      const fault = stage.fault('EC2 cut from gw-a');
      await pause(3 * TIMEOUT_MS);
      stage.fault('EC2 reachable again');
      await mend();
      return { fault, holder: 'a', wrong: [] };
    },
  },
  {
    name: 'both-cut',
    title: 'the active member reaches neither its peer nor EC2, while its clients still reach it',
    gapTargetMs: null,
    callsTarget: null,
    act: async (stage) => {
      const mendPeer = await stage.lab.cut('a', 'peer');
      const mendEc2 = await stage.lab.cut('a', 'ec2');
      const fault = stage.fault('peer and EC2 cut from gw-a');
      await stage.answeredBy('b', fault);
      await pause(CUT_MS - TIMEOUT_MS);
      const wrong = atMostOneMove(stage.lab.recorder.events, fault);
      stage.fault('both reachable again');
      await mendPeer();
      await mendEc2();
      return { fault, holder: 'b', wrong };
    },
  },
  {
    name: 'link-flap',
    title: "the active gateway's data NIC loses its link for two seconds",
    gapTargetMs: TIMEOUT_MS + SLACK_MS,
    callsTarget: null,
    act: async (stage) => {
      const { batch } = stage.gateways.a.host;
      const fault = stage.fault('eth1 of gw-a goes down');
      await batch.run('link set eth1 down');
      await pause(2000);
      stage.fault('eth1 of gw-a is up again');
      await batch.run('link set eth1 up');
      await stage.answeredBy('b', fault);
      return { fault, holder: 'b', wrong: [] };
    },
  },
];

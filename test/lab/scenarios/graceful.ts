import { SLACK_MS, TIMEOUT_MS, type Expected, type Scenario } from '../scenario';
import type { Stage } from '../stage';

/** Clients must be told, so that they connect anew: nobody may hang. */
const TOLD: Scenario['fates'] = {
  chat: ['reset'],
  idle: ['reset'],
  keepalive: ['reset'],
  listener: ['back'],
  'routed-chat': ['kept'],
};

/** Asks for gw-b, and waits until it answers. */
async function moveToB(stage: Stage): Promise<Expected> {
  const fault = stage.fault('gw-b is asked for');
  await stage.makeActive('b');
  await stage.answeredBy('b', fault);
  return { fault, holder: 'b', wrong: [] };
}

export const GRACEFUL: readonly Scenario[] = [
  {
    name: 'graceful-release',
    title: 'another active member is asked for; the holder releases, the other one takes',
    cluster: { handover: 'release' },
    gapTargetMs: null,
    callsTarget: 2,
    fates: TOLD,
    act: moveToB,
  },
  {
    name: 'graceful-move',
    title: 'the same with handover = move: one reassigning call, which takes EC2 300 ms',
    cluster: { handover: 'move' },
    ec2LatencyMs: 300,
    gapTargetMs: 60,
    callsTarget: 1,
    fates: TOLD,
    short: true,
    act: moveToB,
  },
  {
    name: 'graceful-release-checked',
    title: 'the release, with the source/dest check of both ENIs on; a call takes EC2 300 ms',
    cluster: { handover: 'release' },
    ec2LatencyMs: 300,
    sourceDestCheck: true,
    gapTargetMs: null,
    callsTarget: 2,
    fates: { chat: ['reset'], idle: ['reset'], keepalive: ['reset'], listener: ['back'] },
    act: moveToB,
  },
  {
    name: 'graceful-move-checked',
    title: 'the move, with the source/dest check of both ENIs on; a call takes EC2 300 ms',
    cluster: { handover: 'move' },
    ec2LatencyMs: 300,
    sourceDestCheck: true,
    gapTargetMs: null,
    callsTarget: 1,
    fates: { chat: ['reset'], listener: ['back'] },
    act: moveToB,
  },
  {
    name: 'stop',
    title: 'SIGTERM of the active daemon, as a service manager stops it',
    gapTargetMs: null,
    callsTarget: 2,
    fates: TOLD,
    act: async (stage) => {
      const fault = stage.fault('SIGTERM to gw-a');
      await stage.gateways.a.daemon.stop();
      await stage.answeredBy('b', fault, TIMEOUT_MS + SLACK_MS);
      return { fault, holder: 'b', wrong: [] };
    },
  },
];

import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, type Child } from '../../harness/child';
import type { Scope } from '../../harness/scope';
import { callsBeforeTraffic } from '../../lab/critical-path';
import type { LabEvent } from '../../lab/events';
import type { Lab } from '../../lab/lab';
import { CLUSTER_IP, DATA, GATEWAYS, other, PLAN, type GatewayName } from '../../lab/network/plan';
import type { TakerEvent, TakerSetup, Took } from './report';

/** One takeover, in milliseconds. */
export interface Sample {
  /** From the decision until the reconciler called EC2's port: its own share of the next. */
  toCall: number;
  /** Until the Assign was written to the connection. */
  toAssign: number;
  /** Until it had arrived at EC2. */
  toArrival: number;
  /** Until the kernel said that it had bound the address. */
  toBound: number;
  toVerified: number;
  /** From the decision until EC2's answer was there and the address was bound, without the time EC2 itself took. */
  overEc2: number;
  /** Calls to EC2 from the decision until the address had moved. */
  calls: number;
}

/** Two processes that take the address from each other. */
export interface Takers {
  /** One takes it from the other; resolves when that is verified and the other one stands by. */
  takeover(): Promise<Sample>;
}

const LIMIT_MS = 30_000;

/** Starts one in each gateway's namespace; the first takes the address. */
export async function startTakers(scope: Scope, lab: Lab, bundle: string): Promise<Takers> {
  const dir = await mkdtemp(join(tmpdir(), 'takers-'));
  const start = async (name: GatewayName) => {
    const dataDir = join(dir, `${name}-${randomUUID()}`);
    await mkdir(dataDir);
    const taker = await startTaker(lab, name, bundle, dataDir);
    scope.defer(`stop the taker of ${PLAN[name].fqdn}`, () => taker.stop());
    return taker;
  };
  scope.defer('take the address away', () => lab.takeAway(CLUSTER_IP));
  const takers = { a: await start('a'), b: await start('b') };
  let holder: GatewayName = 'a';
  await takers.a.take();
  return {
    takeover: async () => {
      const gainer = other(holder);
      const before = lab.recorder.events.length;
      const took = await takers[gainer].take();
      await takers[holder].standBy();
      holder = gainer;
      const sample = sampleOf(took, gainer, lab.recorder.events.slice(before));
      lab.recorder.clear();
      return sample;
    },
  };
}

async function startTaker(lab: Lab, name: GatewayName, bundle: string, dataDir: string) {
  const { data, instanceId } = lab.world.gateways[name];
  const setup: TakerSetup = {
    region: lab.vpc.region,
    ec2Endpoint: lab.vpc.endpoint,
    imdsEndpoint: (await lab.vpc.imds(instanceId)).endpoint,
    dataDir,
    address: CLUSTER_IP,
    nic: {
      eniId: data.id,
      subnetId: lab.state().enis.get(data.id)!.subnetId,
      subnetCidr: DATA.cidr,
      primary: data.primary,
      gateway: DATA.gateway,
    },
    memberEnis: GATEWAYS.map((one) => lab.world.gateways[one].data.id),
  };
  const heard = new Set<(event: TakerEvent) => void>();
  const child: Child = await startChild(
    'nsenter',
    [`--net=${lab.network.gateways[name].netns}`, process.execPath, bundle, JSON.stringify(setup)],
    {
      name: `taker of ${PLAN[name].fqdn}`,
      holdStdin: true,
      deathSignal: 'KILL',
      onLine: (line) => {
        for (const listener of heard) listener(JSON.parse(line) as TakerEvent);
      },
    },
  );
  const next = <K extends TakerEvent['kind']>(kind: K, command: string) =>
    new Promise<Extract<TakerEvent, { kind: K }>>((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        heard.delete(listener);
      };
      const listener = (event: TakerEvent) => {
        if (event.kind !== kind) return;
        finish();
        resolve(event as Extract<TakerEvent, { kind: K }>);
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`${child.name}: no "${kind}" within ${LIMIT_MS / 1000} s of "${command}"\n${child.stderr()}`));
      }, LIMIT_MS);
      heard.add(listener);
      child.write(`${command}\n`);
    });
  await child.line(/"ready"/, LIMIT_MS);
  return {
    take: () => next('took', 'take'),
    standBy: () => next('stands-by', 'moved'),
    stop: () => child.stop(),
  };
}

/** Puts together what the taker and the emulated EC2 saw. */
export function sampleOf(took: Took, gainer: GatewayName, events: readonly LabEvent[]): Sample {
  const assign = events
    .filter((event) => event.kind === 'call')
    .find((call) => call.gateway === gainer && call.action === 'AssignPrivateIpAddresses');
  if (!assign) throw new Error(`gw-${gainer} took the address, but EC2 saw no call that assigned it`);
  const bound = events.find(
    (event) => event.kind === 'nic' && event.bound && event.gateway === gainer && event.address === CLUSTER_IP,
  );
  if (!bound) throw new Error(`gw-${gainer} took the address, but the kernel did not bind it`);
  const inEc2 = assign.at - assign.began;
  return {
    toCall: took.called - took.decided,
    // That it was sent is heard a little late; it was before it arrived.
    toAssign: Math.min(took.sent, assign.began) - took.decided,
    toArrival: assign.began - took.decided,
    toBound: bound.at - took.decided,
    toVerified: took.verified - took.decided,
    overEc2: Math.max(took.confirmed, bound.at) - took.decided - inEc2,
    calls: callsBeforeTraffic(events, { decision: took.decided, holder: gainer, address: CLUSTER_IP })?.length ?? NaN,
  };
}

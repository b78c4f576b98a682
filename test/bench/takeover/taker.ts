import { subscribe } from 'node:diagnostics_channel';
import { createInterface } from 'node:readline';
import { Reconciler, type Ec2Port, type OsPort } from '@tg/node';
import { connectEc2, connectImds } from '@tg/node/cloud';
import { createIproute2 } from '../../../node/os/iproute2';
import { fileLedger } from '../../../node/store/file-ledger';
import { createSystemClock } from '../../../node/system-clock';
import { now } from '../../lab/clock';
import type { TakerEvent, TakerSetup, Took } from './report';

const CLUSTER_TIMEOUT_MS = 3000;
const LOOK_MS = 20;

const print = (event: TakerEvent) => void process.stdout.write(`${JSON.stringify(event)}\n`);

/**
 * The holder's half of a member as the daemon has it (reconciler, AWS SDK, iproute2, ledger file), told what to do on
 * stdin: `take`, or `moved` (another one has it).
 */
async function main(setup: TakerSetup): Promise<void> {
  const { address, nic } = setup;
  let took: Partial<Took> | null = null;
  const note = (moment: Exclude<keyof Took, 'verified'>) => {
    if (!took) return;
    took[moment] ??= now();
    // Left alone it looks again two seconds later: traffic comes first.
    if (took.confirmed !== undefined && took.bound !== undefined) setImmediate(() => reconciler.look());
  };
  /** Both have to be seen by something that began when they were there. */
  const seen = { eni: false, nic: false };
  const look = (what: 'eni' | 'nic', isThere: boolean) => {
    if (!took || !isThere) return;
    seen[what] = true;
    if (!seen.eni || !seen.nic || took.verified !== undefined) return;
    took.verified = now();
    print({ kind: 'took', ...(took as Took) });
  };

  // Published when a request has been written as a whole.
  subscribe('http.client.request.start', () => {
    if (took?.called !== undefined) note('sent');
  });

  const imds = connectImds({ endpoint: setup.imdsEndpoint });
  const real = connectEc2({ region: setup.region, endpoint: setup.ec2Endpoint, imds });
  const ec2: Ec2Port = {
    assign: async (...args) => {
      note('called');
      await real.assign(...args);
      note('confirmed');
    },
    unassign: (...args) => real.unassign(...args),
    describeEni: async (...args) => {
      const isAfter = took?.confirmed !== undefined;
      const view = await real.describeEni(...args);
      look('eni', isAfter && view.secondary.includes(address));
      return view;
    },
    findHolder: (...args) => real.findHolder(...args),
  };
  const iproute2 = createIproute2({ netns: null });
  const os: OsPort = {
    ...iproute2,
    bind: async (bindings) => {
      await iproute2.bind(bindings);
      if (bindings.some((one) => one.address === address)) note('bound');
    },
    list: async () => {
      const isAfter = took?.bound !== undefined;
      const bound = await iproute2.list();
      look('nic', isAfter && bound.some((one) => one.address === address));
      return bound;
    },
  };
  await real.warm();
  const reconciler = new Reconciler({
    ec2,
    os,
    ledger: fileLedger(setup.dataDir, (message) => process.stderr.write(`${message}\n`)),
    clock: createSystemClock(),
    nics: [
      {
        nic: 'eth1',
        device: 'eth1',
        eniId: nic.eniId,
        subnetId: nic.subnetId,
        subnetCidr: nic.subnetCidr,
        primary: nic.primary,
        policy: { table: 7001, gateway: nic.gateway },
      },
    ],
    memberEnis: () => new Set(setup.memberEnis),
    onEvent: (event) => {
      if (event.type !== 'log' || event.level === 'warn' || event.level === 'error') {
        process.stderr.write(`${JSON.stringify(event)}\n`);
      }
    },
  });
  reconciler.setTimeout(CLUSTER_TIMEOUT_MS);
  await reconciler.start();
  reconciler.standBy('moved');
  reconciler.setDesired({ version: 1, addresses: [{ address, nic: 'eth1', confirmed: true }] });
  let standingBy = false;
  reconciler.onFacts(() => {
    if (!standingBy || !reconciler.facts().released) return;
    standingBy = false;
    reconciler.lookEvery(null);
    print({ kind: 'stands-by' });
  });
  const end = () => void reconciler.stop('release').then(() => process.exit(0));
  process.on('SIGTERM', end);
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      if (line === 'take') {
        Object.assign(seen, { eni: false, nic: false });
        took = { decided: now() };
        reconciler.take();
      } else if (line === 'moved') {
        took = null;
        standingBy = true;
        reconciler.lookEvery(LOOK_MS); // two looks that agree say that it has let go: sooner than in real life
        reconciler.standBy('moved');
      }
    })
    .on('close', end);
  print({ kind: 'ready' });
}

main(JSON.parse(process.argv[2] ?? '') as TakerSetup).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});

/**
 * kill -9 before and after each call of a port, in every scenario; then a new process on what is left of the world. It
 * must arrive at the wanted state at ENI, NIC and ledger, and whatever is not ours must be as it was.
 */
import { eth1, eth2, Rig, want } from './testing/rig';
import type { Desired } from './types';

interface Scenario {
  name: string;
  /** Brings the world to where the dangerous part begins; no kill here. */
  before: (rig: Rig) => Promise<void>;
  /** What the dying process is told, synchronously. */
  act: (rig: Rig) => void;
  /** What the config of the next process says. */
  after: Desired[];
}

const start = async (rig: Rig, desired: Desired): Promise<void> => {
  await rig.node.start();
  rig.node.setDesired(desired);
  rig.node.setRole('active');
  await rig.clock.advance(1500);
};

const nothing = want(1, null);
const fifty = want(1, '10.0.1.50');
const fiftyOne = want(2, '10.0.1.51');
const none = want(2, null);
const onEth2 = want(2, '10.0.1.50', 'eth2');
const many: Desired = {
  version: 2,
  addresses: ['10.0.1.51', '10.0.1.52'].map((address) => ({ address, nic: 'eth1' })),
};

const SCENARIOS: Scenario[] = [
  {
    name: 'assign and bind',
    before: (rig) => start(rig, nothing),
    act: (rig) => rig.node.setDesired(want(2, '10.0.1.51')),
    after: [fiftyOne, none],
  },
  {
    name: 'change',
    before: (rig) => start(rig, fifty),
    act: (rig) => rig.node.setDesired(fiftyOne),
    after: [fiftyOne, fifty, none],
  },
  {
    name: 'change on a full ENI',
    before: (rig) => {
      rig.model.eni('eni-a').limit = 3;
      return start(rig, fifty);
    },
    act: (rig) => rig.node.setDesired(fiftyOne),
    after: [fiftyOne, fifty, none],
  },
  {
    name: 'release',
    before: (rig) => start(rig, fifty),
    act: (rig) => rig.node.setDesired(none),
    after: [none, fifty],
  },
  {
    name: 'one for two',
    before: (rig) => start(rig, fifty),
    act: (rig) => rig.node.setDesired(many),
    after: [many, none],
  },
  {
    name: 'move to another NIC',
    before: (rig) => start(rig, fifty),
    act: (rig) => rig.node.setDesired(onEth2),
    after: [onEth2, fifty, none],
  },
  {
    name: 'a member’s address',
    before: (rig) => {
      rig.members.add('eni-b');
      rig.model.assign('eni-b', ['10.0.1.51'], false);
      return start(rig, nothing);
    },
    act: (rig) => rig.node.setDesired(fiftyOne),
    after: [fiftyOne, none],
  },
  {
    name: 'standby',
    before: (rig) => start(rig, fifty),
    act: (rig) => rig.node.setRole('standby'),
    after: [fifty, none],
  },
  { name: 'start', before: () => Promise.resolve(), act: (rig) => void start(rig, fifty), after: [fifty, none] },
];

function makeRig(): Rig {
  const rig = new Rig({ timing: { watchMs: 2000 } });
  rig.nics = [eth1, eth2];
  rig.model.addEni({ eniId: 'eni-a2', primary: '10.0.1.12', secondary: ['10.0.1.79'] });
  rig.model.bindByHand({ address: '10.0.1.79', device: 'eth2', label: 'eth2' });
  return rig;
}

/** Runs a scenario and kills the process at its `at`-th moment; null: never. Answers how many moments there were. */
async function run(
  scenario: Scenario,
  at: number | null,
  outOfAnswers: boolean,
): Promise<{ rig: Rig; moments: number }> {
  const rig = makeRig();
  let armed = false;
  let moments = 0;
  rig.make(() => {
    if (!armed) return;
    moments += 1;
    if (moments - 1 === at) rig.kill();
  });
  await scenario.before(rig);
  armed = true;
  if (outOfAnswers) {
    rig.model.fault('assign', { kind: 'lost-answer' });
    rig.model.fault('unassign', { kind: 'lost-answer' });
  }
  scenario.act(rig);
  await rig.clock.advance(900);
  rig.kill();
  rig.model.faults.length = 0;
  return { rig, moments };
}

function expectWorld(rig: Rig, desired: Desired): void {
  const wanted = (nic: string) => desired.addresses.filter((d) => d.nic === nic).map((d) => d.address);
  expect(rig.secondaries('eni-a')).toEqual([...wanted('eth1'), '10.0.1.77'].sort());
  expect(rig.secondaries('eni-a2')).toEqual([...wanted('eth2'), '10.0.1.79'].sort());
  expect(rig.secondaries('eni-x')).toEqual(['10.0.1.88']);
  expect(rig.model.boundNow().sort()).toEqual(
    [
      '10.0.1.10@eth1',
      '10.0.1.77@eth1',
      '10.0.1.79@eth2',
      ...desired.addresses.map((d) => `${d.address}@${d.nic}`),
    ].sort(),
  );
  expect(rig.model.ledger.map((e) => `${e.address}@${e.nic} ${e.state}`).sort()).toEqual(
    desired.addresses.map((d) => `${d.address}@${d.nic} confirmed`).sort(),
  );
}

describe.each(SCENARIOS)('$name', (scenario) => {
  test.each([
    ['as it comes', false],
    ['with the answers of the first mutations lost', true],
  ])(
    'killed at every moment, %s, the next start converges',
    async (_how, outOfAnswers) => {
      const { moments } = await run(scenario, null, outOfAnswers);
      expect(moments).toBeGreaterThan(4);
      for (let at = 0; at < moments; at += 1) {
        // The second round takes turns, for time's sake.
        const turn = scenario.after.filter((_, index) => index === at % scenario.after.length);
        for (const desired of outOfAnswers ? turn : scenario.after) {
          const { rig } = await run(scenario, at, outOfAnswers);
          rig.make();
          await start(rig, { ...desired, version: 3 });
          await rig.clock.advance(3000);
          try {
            expectWorld(rig, desired);
          } catch (error) {
            const story = rig.model.calls
              .map((c) => `${c.at} ${c.call} ${c.eniId ?? ''} ${c.addresses.join()}`)
              .join('\n');
            throw new Error(`killed at moment ${at}, then ${JSON.stringify(desired)}:\n${story}`, { cause: error });
          }
        }
      }
    },
    60_000,
  );
});

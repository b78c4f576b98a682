import { bareHostFacts, fakeEc2 } from './agent.fixture';
import { createHostWatch } from './host-watch';
import { VirtualClock } from './reconciler/testing/virtual-clock';

const eth1 = {
  nic: 'eth1',
  device: 'eth1',
  eniId: 'eni-1',
  subnetId: 'subnet-1',
  subnetCidr: '10.0.1.0/24',
  primary: '10.0.1.10',
  policy: null,
};

function rig(routes = true) {
  const clock = new VirtualClock();
  const facts = structuredClone(bareHostFacts);
  const logged: string[] = [];
  const watch = createHostWatch({
    os: { hostFacts: () => Promise.resolve(facts) },
    clock,
    log: (level, message) => logged.push(`${level} ${message}`),
    nics: () => [eth1],
    addresses: () => [{ nic: 'eth1', address: '10.0.1.50' }],
    routes,
  });
  return { clock, facts, logged, watch, codes: () => watch.problems().map(({ code }) => code) };
}

test('a setting that is wrong is said once, and is gone from the status a minute after it was mended', async () => {
  const { clock, facts, logged, watch, codes } = rig();
  facts.settings.forwards = false;
  const ends = new AbortController();
  const kept = watch.keepReviewing(ends.signal);
  await clock.advance(130_000);
  expect(codes()).toEqual(['host-forwarding-off']);
  expect(logged).toEqual([expect.stringMatching(/^warn This node forwards nothing/)]);
  facts.settings.forwards = true;
  await clock.advance(60_000);
  expect(codes()).toEqual([]);
  ends.abort();
  await clock.advance(0);
  await kept;
});

test('the source/destination check is learned from what EC2 is asked anyway', async () => {
  const { clock, watch, codes } = rig();
  const fake = fakeEc2();
  const on = {
    ...fake,
    describeEni: async (eniId: string) => ({ ...(await fake.describeEni(eniId)), sourceDestCheck: true }),
  };
  await watch.listenTo(on).describeEni('eni-1');
  await clock.advance(0);
  expect(codes()).toEqual(['host-source-dest-check-on']);
  await watch.listenTo(fake).describeEni('eni-1');
  await clock.advance(0);
  expect(codes()).toEqual([]);
});

test('a node that routes nothing is not asked to', async () => {
  const { facts, watch, codes } = rig(false);
  facts.settings.forwards = false;
  await watch.review();
  expect(codes()).toEqual([]);
});

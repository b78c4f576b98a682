import { startVpc } from './start-vpc';
import type { RunningVpc } from './server/running-vpc';
import { launch, query } from './testing/query-client';

let vpc: RunningVpc;
beforeEach(async () => {
  vpc = await startVpc({ seed: 1 });
});
afterEach(() => vpc.close());

const assign = (eni: string, address: string) =>
  query(vpc.endpoint, 'AssignPrivateIpAddresses', { NetworkInterfaceId: eni, 'PrivateIpAddress.1': address });

test('tells of the state and of each new one before the call that made it is answered, and of nothing that changed nothing', async () => {
  const { eni: a } = await launch(vpc.endpoint);
  const seen: (readonly string[] | undefined)[] = [];
  const stop = vpc.onState((state) => seen.push(state.enis.get(a)?.secondary));
  await assign(a, '10.0.1.50');
  expect(seen).toEqual([[], ['10.0.1.50']]);
  await query(vpc.endpoint, 'DescribeNetworkInterfaces', {});
  expect((await assign(a, '10.9.9.9')).status).not.toBe(200);
  expect(seen).toHaveLength(2);
  await vpc.reset();
  expect(seen).toEqual([[], ['10.0.1.50'], undefined]);
  stop();
  await launch(vpc.endpoint);
  expect(seen).toHaveLength(3);
});

test('tells of each call, refused ones too, with the time it took', async () => {
  const { eni: a } = await launch(vpc.endpoint);
  const calls: string[] = [];
  const stop = vpc.onCall(({ action, outcome, began, ended }) => {
    calls.push(`${action} ${outcome.status} ${began <= ended && ended <= performance.now()}`);
  });
  await assign(a, '10.0.1.50');
  await assign(a, '10.9.9.9');
  stop();
  await assign(a, '10.0.1.51');
  expect(calls).toEqual(['AssignPrivateIpAddresses 200 true', 'AssignPrivateIpAddresses 400 true']);
});

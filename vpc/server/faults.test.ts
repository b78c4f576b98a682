import { startVpc } from '../start-vpc';
import { launch, query } from '../testing/query-client';
import type { Fault } from './fault';
import type { RunningVpc } from './running-vpc';

describe('faults on the wire', () => {
  let vpc: RunningVpc;
  let eni: string;
  beforeAll(async () => {
    vpc = await startVpc();
    ({ other: eni } = await launch(vpc.endpoint)); // on the shelf: no limit of addresses
  });
  afterAll(() => vpc.close());
  afterEach(() => vpc.clearFaults());

  let last = 100;
  const next = () => `10.0.1.${(last += 1)}`;
  const assign = (address: string, signal?: AbortSignal) =>
    query(
      vpc.endpoint,
      'AssignPrivateIpAddresses',
      { NetworkInterfaceId: eni, 'PrivateIpAddress.1': address },
      signal ? { signal } : {},
    );
  const describe_ = () => query(vpc.endpoint, 'DescribeNetworkInterfaces', { 'NetworkInterfaceId.1': eni });
  const holds = async (address: string) => (await describe_()).text.includes(`>${address}<`);
  const fault = (more: Omit<Fault, 'action'>) => vpc.addFault({ action: 'AssignPrivateIpAddresses', ...more });

  test.each([
    ['throttle', 503, 'RequestLimitExceeded'],
    ['server-error', 500, 'InternalError'],
    ['expired-credentials', 400, 'RequestExpired'],
    ['unauthorized', 403, 'UnauthorizedOperation'],
  ] as const)('%s: %d %s, nothing applied, the next call is well', async (kind, status, code) => {
    const address = next();
    fault({ kind });
    expect(await assign(address)).toMatchObject({ status, code });
    expect(await holds(address)).toBe(false);
    expect((await assign(address)).status).toBe(200);
  });

  test('drop: before or after the call was applied', async () => {
    const [before, after] = [next(), next()];
    fault({ kind: 'drop' });
    fault({ kind: 'drop', when: 'after' });
    await expect(assign(before)).rejects.toThrow();
    await expect(assign(after)).rejects.toThrow();
    expect([await holds(before), await holds(after)]).toEqual([false, true]);
  });

  test('timeout-after-success: applied, but the answer never comes', async () => {
    const address = next();
    fault({ kind: 'timeout-after-success' });
    vpc.clearCalls();
    const given = new AbortController();
    const waiting = assign(address, given.signal);
    while (vpc.calls().length === 0) await new Promise(setImmediate);
    expect(vpc.calls()[0]?.outcome).toEqual({ status: 200, fault: 'timeout-after-success' });
    expect(await holds(address)).toBe(true);
    given.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
  });

  test('delay: the answer is late by at least that', async () => {
    const address = next();
    fault({ kind: 'delay', ms: 50 });
    const started = performance.now();
    expect((await assign(address)).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(49);
  });

  test('stale-read: a Describe shows the state before the last change, once', async () => {
    const address = next();
    await assign(address);
    vpc.addFault({ action: 'DescribeNetworkInterfaces', kind: 'stale-read' });
    expect([await holds(address), await holds(address)]).toEqual([false, true]);
  });

  test('a fault that is not well-formed is refused over the control API with a sentence', async () => {
    const response = await fetch(`${vpc.endpoint}/_vpc/faults`, { method: 'POST', body: '{"action":"X","kind":"y"}' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ message: expect.stringContaining('kind is "y"') as unknown });
  });
});

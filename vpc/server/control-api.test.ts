import { startVpc } from '../start-vpc';
import { launch, query, roleCredentials } from '../testing/query-client';
import type { RunningVpc } from './running-vpc';

describe('the control API', () => {
  let vpc: RunningVpc;
  beforeAll(async () => {
    vpc = await startVpc();
  });
  afterAll(() => vpc.close());

  async function api(method: string, path: string, body?: unknown): Promise<[number, unknown]> {
    const text = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body);
    const response = await fetch(`${vpc.endpoint}/_vpc/${path}`, {
      method,
      ...(text === undefined ? {} : { body: text }),
    });
    return [response.status, await response.json()];
  }
  const sentence = (text: string) => ({ message: expect.stringContaining(text) as unknown });

  test('health', async () => {
    expect(await api('GET', 'health')).toEqual([
      200,
      { status: 'ready', kind: 'fake', region: 'us-east-1', account: '123456789012' },
    ]);
  });

  test('metadata listener, calls, policy, what the calls say of the policy', async () => {
    const { instanceId, eni, other } = await launch(vpc.endpoint);
    const [, imds] = await api('POST', 'imds', { instanceId });
    const credentials = await roleCredentials((imds as { endpoint: string }).endpoint);
    await api('DELETE', 'calls');
    const assign = (NetworkInterfaceId: string) =>
      query(
        vpc.endpoint,
        'AssignPrivateIpAddresses',
        { NetworkInterfaceId, 'PrivateIpAddress.1': '10.0.1.50' },
        { credentials },
      );
    await assign(eni);
    await query(vpc.endpoint, 'DescribeInstances', {}, { credentials });
    await query(vpc.endpoint, 'DescribeVpcs');
    expect((await api('GET', 'calls'))[1]).toHaveLength(3);

    const [status, policy] = await api('GET', `instances/${instanceId}/policy`);
    expect([status, JSON.stringify(policy)]).toEqual([200, expect.stringContaining(`network-interface/${eni}`)]);
    expect((await api('GET', `instances/${instanceId}/policy-use`))[1]).toEqual({
      refused: [],
      used: ['ec2:AssignPrivateIpAddresses', 'ec2:DescribeInstances'],
      unused: ['ec2:DescribeNetworkInterfaces', 'ec2:UnassignPrivateIpAddresses'],
    });
    await assign(other);
    expect((await vpc.policyUse(instanceId)).refused.map((call) => call.params.NetworkInterfaceId)).toEqual([other]);

    const all = { Statement: { Effect: 'Allow', Action: 'ec2:*', Resource: '*' } };
    expect((await api('PUT', `instances/${instanceId}/policy`, all))[0]).toBe(200);
    expect((await api('GET', `instances/${instanceId}/policy`))[1]).toEqual(all);
    expect(await api('PUT', `instances/${instanceId}/policy`, { Statement: { Effect: 'Allow' } })).toEqual([
      400,
      sentence('Action must be'),
    ]);
  });

  test('timing', async () => {
    expect((await api('PUT', 'timing', { describeLagMs: 5 }))[1]).toMatchObject({
      describeLagMs: 5,
      throttling: false,
    });
    expect(await api('PUT', 'timing', { describeLagMs: -1 })).toEqual([400, sentence('describeLagMs is -1')]);
    expect(await api('PUT', 'timing', { throttling: 1 })).toEqual([400, sentence('throttling is 1')]);
    expect(await api('PUT', 'timing', { lag: 1 })).toEqual([400, sentence('no field lag')]);
  });

  test('reset forgets everything, metadata listeners too', async () => {
    const { instanceId } = await launch(vpc.endpoint);
    const { endpoint } = await vpc.imds(instanceId);
    expect((await api('POST', 'reset'))[0]).toBe(200);
    expect(vpc.calls()).toEqual([]);
    expect(vpc.timing().describeLagMs).toBe(0);
    expect((await query(vpc.endpoint, 'DescribeInstances')).text).not.toContain(instanceId);
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  test.each([
    ['POST', 'imds', {}, 400, 'instanceId'],
    ['POST', 'imds', { instanceId: 'i-nobody' }, 400, 'no instance i-nobody'],
    ['POST', 'imds', '{', 400, 'not JSON'],
    ['GET', 'nonsense', undefined, 404, 'no GET /_vpc/nonsense'],
    ['PUT', 'faults', {}, 404, 'no PUT /_vpc/faults'],
    ['POST', 'faults', 'x'.repeat(1024 * 1024 + 1), 413, 'over 1 MiB'],
  ])('%s %s %.40j: %d', async (method, path, body, status, words) => {
    expect(await api(method, path, body)).toEqual([status, sentence(words)]);
  });

  test('elsewhere there is nothing', async () => {
    expect((await fetch(`${vpc.endpoint}/latest/meta-data/`)).status).toBe(404);
  });
});

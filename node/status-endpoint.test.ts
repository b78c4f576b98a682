import type { InterfaceStatus, NodeStatus } from '@tg/api';
import { clusterStatus, memberStatus, nodeStatus } from './cluster-status.fixture';
import { serveStatus, type StatusEndpoint, type Verdict, verdictOf } from './status-endpoint';

const nic = (given: Partial<InterfaceStatus> = {}): InterfaceStatus => ({
  nic: 'eth1',
  clusterIP: '10.0.1.50',
  eni: 'assigned',
  os: 'bound',
  state: 'applied',
  releasing: [],
  ...given,
});
const standby = clusterStatus({
  members: [memberStatus('a', { role: 'standby', phase: 'standby' }), memberStatus('b')],
});
const unfit = (fitness: { enabled: boolean; healthy: boolean; problems: string[] }) =>
  clusterStatus({ members: [memberStatus('a', { fitness: { ec2: true, ...fitness } }), memberStatus('b')] });

test.each<[string, NodeStatus, number, RegExp]>([
  ['active', nodeStatus(clusterStatus(), { interfaces: [nic()] }), 200, /is active$/],
  [
    'active without EC2: what is held serves',
    nodeStatus(clusterStatus(), { interfaces: [nic({ eni: 'unknown' })] }),
    200,
    /active/,
  ],
  ['active in no cluster', nodeStatus(undefined, { interfaces: [nic()] }), 200, /is active$/],
  [
    'standby',
    nodeStatus(standby, { role: 'standby', interfaces: [nic({ eni: 'absent', os: 'absent' })] }),
    503,
    /is standby, not active/,
  ],
  [
    'not bound',
    nodeStatus(clusterStatus(), { interfaces: [nic({ os: 'absent' })] }),
    503,
    /10\.0\.1\.50 is assigned at its ENI and absent on eth1/,
  ],
  [
    'not at the ENI',
    nodeStatus(clusterStatus(), { interfaces: [nic({ eni: 'absent' })] }),
    503,
    /is absent at its ENI/,
  ],
  ['disabled', nodeStatus(unfit({ enabled: false, healthy: true, problems: [] })), 503, /is disabled/],
  [
    'without link',
    nodeStatus(unfit({ enabled: true, healthy: false, problems: ['eth1 has no link.'] })),
    503,
    /not healthy: eth1 has no link/,
  ],
])('%s', (_, status, code, reason) => {
  expect(verdictOf(status)).toEqual({ code, reason: expect.stringMatching(reason) as string });
});

describe('served', () => {
  let endpoint: StatusEndpoint;
  let verdict: Verdict;
  beforeEach(async () => {
    verdict = { code: 200, reason: 'a is active' };
    endpoint = await serveStatus({ host: '127.0.0.1', port: 0 }, () => verdict);
  });
  afterEach(() => endpoint.close());
  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${endpoint.port}${path}`, {
      method,
      headers: { connection: 'close' },
    });
    return [response.status, await response.text()];
  };

  test('answers what is so now, on one path, to reading only', async () => {
    expect(await ask('/status')).toEqual([200, 'a is active\n']);
    verdict = { code: 503, reason: 'a is standby, not active' };
    expect(await ask('/status?x=1')).toEqual([503, 'a is standby, not active\n']);
    expect(await ask('/status', 'HEAD')).toEqual([503, '']);
    expect(await ask('/status', 'PUT')).toEqual([405, 'only GET and HEAD are answered\n']);
    expect((await ask('/node'))[0]).toBe(404);
  });

  test('a port in use is said with the field', async () => {
    await expect(serveStatus({ host: '127.0.0.1', port: endpoint.port }, () => verdict)).rejects.toThrow(
      /cannot serve the status at 127\.0\.0\.1:\d+ .*statusPort.*something else listens there/,
    );
  });
});

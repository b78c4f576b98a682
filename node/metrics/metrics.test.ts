import { clusterStatus, memberStatus, nodeStatus } from '../cluster-status.fixture';
import { Ec2Error, type Ec2Port } from '../reconciler/ports';
import { createMetrics } from './metrics';
import { countEc2Calls, createTally } from './tally';

/** The lines of a scrape that begin so. */
const lines = async (metrics: ReturnType<typeof createMetrics>, ...names: string[]) => {
  const { text } = await metrics.scrape();
  return text.split('\n').filter((line) => names.some((name) => line.startsWith(`tg_node_${name}`)));
};

test('what is so now, in a cluster and in none', async () => {
  let status = nodeStatus(clusterStatus({ conflicts: [] }));
  const metrics = createMetrics({
    status: () => status,
    tally: createTally(),
    refusedConnections: () => ({ 'wrong-key': 2 }),
  });
  expect(
    await lines(
      metrics,
      'info',
      'active',
      'phase{phase="active"',
      'phase{phase="standby"',
      'term',
      'peer',
      'cluster_timeout',
      'link',
    ),
  ).toEqual([
    'tg_node_info{uid="uid-a",fqdn="gw-a.example.com",version="0.1.0",cluster="gw.example.com"} 1',
    'tg_node_active 1',
    'tg_node_phase{phase="standby"} 0',
    'tg_node_phase{phase="active"} 1',
    'tg_node_term 3',
    'tg_node_term_is_own 1',
    'tg_node_peer_reachable 1',
    'tg_node_peer_heartbeat_age_seconds{peer="uid-b"} 0.12',
    'tg_node_cluster_timeout_seconds{cluster="gw.example.com"} 10',
    'tg_node_link_refused_total{code="wrong-key"} 2',
  ]);
  status = nodeStatus(clusterStatus({ members: [memberStatus('a', { role: 'standby', phase: 'standby' })] }), {
    role: 'standby',
  });
  expect(await lines(metrics, 'active', 'phase{phase="active"', 'phase{phase="standby"', 'peer')).toEqual([
    'tg_node_active 0',
    'tg_node_phase{phase="standby"} 1',
    'tg_node_phase{phase="active"} 0',
    'tg_node_peer_reachable 0',
  ]);
  status = nodeStatus(undefined);
  expect(await lines(metrics, 'phase{', 'cluster_timeout', 'term ')).toEqual(['tg_node_term 0']);
});

test('what has happened is counted once, however often it is asked for', async () => {
  const tally = createTally();
  const metrics = createMetrics({ status: () => nodeStatus(undefined), tally, refusedConnections: () => ({}) });
  tally.failover('silence');
  tally.failover('silence');
  tally.phase('claimed', 12);
  const wanted = [
    'tg_node_failovers_total{cause="silence"} 2',
    'tg_node_takeover_seconds_bucket{le="0.01",phase="claimed"} 0',
    'tg_node_takeover_seconds_bucket{le="0.02",phase="claimed"} 1',
    'tg_node_takeover_seconds_count{phase="claimed"} 1',
  ];
  const asked = [
    'failovers',
    'takeover_seconds_bucket{le="0.01"',
    'takeover_seconds_bucket{le="0.02"',
    'takeover_seconds_count',
  ];
  expect(await lines(metrics, ...asked)).toEqual(wanted);
  expect(await lines(metrics, ...asked)).toEqual(wanted);
});

test('EC2 calls are counted by action and outcome, and answered as ever', async () => {
  const tally = createTally();
  const refused = new Ec2Error('throttled', 'retry-later', 'RequestLimitExceeded', 'slow down');
  const port: Ec2Port = {
    assign: () => Promise.resolve(),
    unassign: () => Promise.reject(refused),
    describeEni: () => Promise.reject(refused),
    findHolder: () => Promise.resolve(null),
  };
  const counted = countEc2Calls(port, tally);
  await counted.assign({ eniId: 'e', addresses: [], allowReassignment: false });
  await expect(counted.unassign({ eniId: 'e', addresses: [] })).rejects.toBe(refused);
  await expect(counted.describeEni('e')).rejects.toBe(refused);
  expect(await counted.findHolder({ address: 'a', subnetId: 's' })).toBeNull();
  const metrics = createMetrics({ status: () => nodeStatus(undefined), tally, refusedConnections: () => ({}) });
  expect(await lines(metrics, 'ec2')).toEqual([
    'tg_node_ec2_calls_total{action="AssignPrivateIpAddresses",outcome="ok"} 1',
    'tg_node_ec2_calls_total{action="UnassignPrivateIpAddresses",outcome="throttled"} 1',
    'tg_node_ec2_calls_total{action="DescribeNetworkInterfaces",outcome="throttled"} 1',
    'tg_node_ec2_calls_total{action="DescribeNetworkInterfaces",outcome="ok"} 1',
  ]);
});

import { startVpc } from '../start-vpc';
import type { RunningVpc } from '../server/running-vpc';
import { first, launch, metadata, query } from '../testing/query-client';

describe('the metadata service', () => {
  let vpc: RunningVpc;
  let lab: Awaited<ReturnType<typeof launch>>;
  let endpoint: string;
  let read: Awaited<ReturnType<typeof metadata>>;
  beforeAll(async () => {
    vpc = await startVpc();
    lab = await launch(vpc.endpoint);
    ({ endpoint } = await vpc.imds(lab.instanceId));
    read = await metadata(endpoint);
  });
  afterAll(() => vpc.close());
  afterEach(() => vpc.clearFaults());

  const text = async (path: string) => (await read(path)).text;

  test('hands out a token for a lifetime, and nothing without one', async () => {
    const put = (ttl?: string, more = {}) =>
      fetch(`${endpoint}/latest/api/token`, {
        method: 'PUT',
        headers: { ...(ttl === undefined ? {} : { 'x-aws-ec2-metadata-token-ttl-seconds': ttl }), ...more },
      });
    const statuses = await Promise.all(
      [put('21600'), put(), put('0'), put('21601'), put('1.5'), put('60', { 'x-forwarded-for': '10.0.0.1' })].map(
        async (one) => (await one).status,
      ),
    );
    expect(statuses).toEqual([200, 400, 400, 400, 400, 403]);
    const get = (token?: string) =>
      fetch(`${endpoint}/latest/meta-data/`, { headers: token ? { 'x-aws-ec2-metadata-token': token } : {} });
    expect([(await get()).status, (await get('guess')).status]).toEqual([401, 401]);
    expect((await fetch(`${endpoint}/latest/api/token`)).status).toBe(405);
  });

  test('shows the instance, its folders with a slash', async () => {
    expect(await text('meta-data/instance-id')).toBe(lab.instanceId);
    expect(await text('meta-data/mac')).toBe(lab.mac);
    expect(await text('meta-data/placement/region')).toBe('us-east-1');
    expect(await text('meta-data/placement/availability-zone')).toBe('us-east-1a');
    expect((await text('meta-data/')).split('\n')).toEqual(
      expect.arrayContaining(['instance-id', 'network/', 'iam/', 'placement/']),
    );
    expect(await text('meta-data/network/interfaces/macs/')).toBe(`${lab.mac}/`);
    expect(JSON.parse(await text('dynamic/instance-identity/document'))).toMatchObject({
      instanceId: lab.instanceId,
      region: 'us-east-1',
      accountId: '123456789012',
      privateIp: '10.0.1.10',
    });
    expect(await read('meta-data/nonsense')).toEqual({ status: 404, text: 'Not Found' });
    expect((await read('meta-data/constructor')).status).toBe(404);
  });

  test('shows each ENI under its MAC, also one attached later', async () => {
    await query(vpc.endpoint, 'AttachNetworkInterface', {
      NetworkInterfaceId: lab.other,
      InstanceId: lab.instanceId,
      DeviceIndex: '1',
    });
    const enis = await query(vpc.endpoint, 'DescribeNetworkInterfaces', { 'NetworkInterfaceId.1': lab.other });
    const folder = `meta-data/network/interfaces/macs/${first(enis, 'macAddress')}`;
    await query(vpc.endpoint, 'AssignPrivateIpAddresses', {
      NetworkInterfaceId: lab.other,
      'PrivateIpAddress.1': '10.0.1.60',
    });
    const shown: Record<string, string> = {};
    for (const name of (await text(`${folder}/`)).split('\n')) shown[name] = await text(`${folder}/${name}`);
    expect(shown).toMatchObject({
      'interface-id': lab.other,
      'device-number': '1',
      'local-ipv4s': '10.0.1.11\n10.0.1.60',
      'subnet-id': lab.subnetId,
      'subnet-ipv4-cidr-block': '10.0.1.0/24',
      'vpc-id': lab.vpcId,
      'vpc-ipv4-cidr-blocks': '10.0.0.0/16',
    });
  });

  test('faults of the metadata service', async () => {
    vpc.addFault({ action: 'IMDS', kind: 'server-error' });
    vpc.addFault({ action: 'IMDS', kind: 'unauthorized' });
    vpc.addFault({ action: 'IMDS', kind: 'drop' });
    expect((await read('meta-data/instance-id')).status).toBe(500);
    expect((await read('meta-data/instance-id')).status).toBe(401);
    await expect(read('meta-data/instance-id')).rejects.toThrow();
    expect((await read('meta-data/instance-id')).status).toBe(200);
    await query(vpc.endpoint, 'CreateTags', { 'ResourceId.1': lab.eni, 'Tag.1.Key': 'a', 'Tag.1.Value': 'b' });
    await query(vpc.endpoint, 'AssignPrivateIpAddresses', {
      NetworkInterfaceId: lab.eni,
      'PrivateIpAddress.1': '10.0.1.70',
    });
    vpc.addFault({ action: 'IMDS', kind: 'stale-read' });
    const path = `meta-data/network/interfaces/macs/${lab.mac}/local-ipv4s`;
    expect([await text(path), await text(path)]).toEqual(['10.0.1.10', '10.0.1.10\n10.0.1.70']);
  });

  test('is one listener per instance; none for an instance that does not exist', async () => {
    expect(await vpc.imds(lab.instanceId)).toEqual({ endpoint });
    await expect(vpc.imds('i-00000000000000000')).rejects.toThrow('There is no instance i-00000000000000000');
  });
});

import { discoverInstance, discoverNic } from './discovery';
import { connectImds, type Imds } from './imds';
import { INSTANCE, startImdsStub, type ImdsStub } from './testing/imds-stub';

let stub: ImdsStub;
let imds: Imds;
const nowhere = connectImds({ endpoint: 'http://127.0.0.1:9' });

beforeEach(async () => {
  stub = await startImdsStub(INSTANCE);
  imds = connectImds({ endpoint: stub.endpoint });
});

afterEach(() => stub.close());

test('finds the instance and its region', async () => {
  await expect(discoverInstance(imds)).resolves.toEqual({ instanceId: 'i-1', region: 'eu-central-1' });
});

test('with the region given, IMDS need not answer', async () => {
  await expect(discoverInstance(imds, { region: 'us-east-1' })).resolves.toEqual({
    instanceId: 'i-1',
    region: 'us-east-1',
  });
  await expect(discoverInstance(nowhere, { region: 'us-east-1' })).resolves.toEqual({
    instanceId: null,
    region: 'us-east-1',
  });
  await expect(discoverInstance(nowhere)).rejects.toMatchObject({ reason: 'unreachable' });
});

test('finds the ENI of a NIC by its MAC address', async () => {
  await expect(discoverNic({ nic: 'eth1', mac: '02:00:00:00:00:02', imds })).resolves.toEqual({
    nic: 'eth1',
    mac: '02:00:00:00:00:02',
    eniId: 'eni-2',
    subnetId: 'subnet-of-eni-2',
    subnetCidr: '10.0.1.0/24',
    primary: '10.0.1.10',
    gateway: '10.0.1.1',
    vpcCidrs: ['10.0.0.0/16', '10.1.0.0/16'],
  });
});

test('the config overrides what IMDS says', async () => {
  const found = await discoverNic({
    nic: 'lan0',
    mac: null,
    imds,
    overrides: { eni: 'eni-2', subnet_cidr: undefined, primary: '10.0.1.99' },
  });
  expect(found).toMatchObject({ eniId: 'eni-2', subnetCidr: '10.0.1.0/24', primary: '10.0.1.99' });
  const byMac = await discoverNic({
    nic: 'lan0',
    mac: 'aa:aa:aa:aa:aa:aa',
    imds,
    overrides: { mac: '02:00:00:00:00:01' },
  });
  expect(byMac.eniId).toBe('eni-1');
});

test('with everything given, IMDS is not asked', async () => {
  await expect(
    discoverNic({
      nic: 'eth1',
      mac: null,
      imds: nowhere,
      overrides: { eni: 'eni-5', subnet: 'subnet-5', subnet_cidr: '10.5.0.128/25', primary: '10.5.0.140' },
    }),
  ).resolves.toMatchObject({ eniId: 'eni-5', subnetId: 'subnet-5', gateway: '10.5.0.129', vpcCidrs: [] });
});

test('without IMDS, EC2 says what the config leaves open', async () => {
  const describeEni = (eniId: string) =>
    Promise.resolve({ eniId, subnetId: 'subnet-5', primary: '10.5.0.140', secondary: [], sourceDestCheck: true });
  await expect(
    discoverNic({
      nic: 'eth1',
      mac: null,
      imds: nowhere,
      overrides: { eni: 'eni-5', subnet_cidr: '10.5.0.0/24' },
      ec2: { describeEni },
    }),
  ).resolves.toMatchObject({ subnetId: 'subnet-5', primary: '10.5.0.140' });
});

test('a NIC that is no ENI is told with those that are', async () => {
  await expect(discoverNic({ nic: 'docker0', mac: '02:42:00:00:00:01', imds })).rejects.toThrow(
    'No ENI of this instance belongs to docker0 (02:42:00:00:00:01); the instance has eni-1 (02:00:00:00:00:01), ' +
      'eni-2 (02:00:00:00:00:02). Check the name of the NIC, or name its ENI under nics.docker0.eni in node.yaml.',
  );
  await expect(discoverNic({ nic: 'eth9', mac: null, imds })).rejects.toThrow(/eth9 \(no such NIC here\)/);
  await expect(discoverNic({ nic: 'eth1', mac: null, imds, overrides: { eni: 'eni-8' } })).rejects.toThrow(
    /eni-8, which is not attached to this instance/,
  );
});

import { connectEc2, type Ec2Connection } from './ec2';
import { connectImds } from './imds';
import { startEc2Stub, ok, page, refusal, type Ec2Stub } from './testing/ec2-stub';

let stub: Ec2Stub;
let ec2: Ec2Connection;
let served: number;

beforeEach(async () => {
  stub = await startEc2Stub();
  served = 0;
  ec2 = connect();
});

afterEach(async () => {
  ec2.close();
  await stub.close();
});

const connect = (timeouts = {}) =>
  connectEc2({
    region: 'eu-central-1',
    endpoint: stub.endpoint,
    imds: connectImds({ endpoint: 'http://127.0.0.1:9' }),
    credentials: () => {
      served += 1;
      return Promise.resolve({ accessKeyId: `AKID${served}`, secretAccessKey: 'secret' });
    },
    timeouts,
  });

const parametersOf = (index = 0) => Object.fromEntries(stub.requests[index] ?? []);

test('assigns all addresses in one call, and asks for reassignment only when told to', async () => {
  stub.fallback = ok('AssignPrivateIpAddresses');
  const request = { eniId: 'eni-1', addresses: ['10.0.1.50', '10.0.1.51'] };
  await ec2.assign({ ...request, allowReassignment: false });
  await ec2.assign({ ...request, allowReassignment: true });
  const common = {
    Action: 'AssignPrivateIpAddresses',
    Version: '2016-11-15',
    NetworkInterfaceId: 'eni-1',
    'PrivateIpAddress.1': '10.0.1.50',
    'PrivateIpAddress.2': '10.0.1.51',
  };
  expect(parametersOf(0)).toEqual(common);
  expect(parametersOf(1)).toEqual({ ...common, AllowReassignment: 'true' });
});

test('unassigns', async () => {
  stub.fallback = ok('UnassignPrivateIpAddresses');
  await ec2.unassign({ eniId: 'eni-1', addresses: ['10.0.1.50'] });
  expect(parametersOf()).toMatchObject({
    Action: 'UnassignPrivateIpAddresses',
    NetworkInterfaceId: 'eni-1',
    'PrivateIpAddress.1': '10.0.1.50',
  });
});

test('describes an ENI', async () => {
  stub.fallback = page([
    { eniId: 'eni-1', addresses: [{ address: '10.0.1.10', primary: true }, { address: '10.0.1.50' }] },
  ]);
  await expect(ec2.describeEni('eni-1')).resolves.toEqual({
    eniId: 'eni-1',
    subnetId: 'subnet-1',
    primary: '10.0.1.10',
    secondary: ['10.0.1.50'],
    sourceDestCheck: false,
  });
});

test('an answer without the ENI is no proof that it is gone', async () => {
  stub.fallback = page([]);
  await expect(ec2.describeEni('eni-1')).rejects.toMatchObject({ reason: 'unknown', kind: 'retry-later' });
});

test('looks for the holder through short and empty pages, by address and subnet', async () => {
  stub.script.push(
    page([], 'page-2'),
    page([{ eniId: 'eni-7', addresses: [{ address: '10.0.1.7', primary: true }] }], 'page-3'),
    page([
      {
        eniId: 'eni-9',
        instanceId: 'i-9',
        description: 'somebody else',
        addresses: [{ address: '10.0.1.9', primary: true }, { address: '10.0.1.50' }],
      },
    ]),
  );
  await expect(ec2.findHolder({ address: '10.0.1.50', subnetId: 'subnet-1' })).resolves.toEqual({
    eniId: 'eni-9',
    primary: false,
    instanceId: 'i-9',
    description: 'somebody else',
  });
  expect(stub.requests.map((r) => r.get('NextToken'))).toEqual([null, 'page-2', 'page-3']);
  expect(parametersOf()).toMatchObject({
    'Filter.1.Name': 'addresses.private-ip-address',
    'Filter.1.Value.1': '10.0.1.50',
    'Filter.2.Name': 'subnet-id',
    'Filter.2.Value.1': 'subnet-1',
  });
});

test('nobody holds an address when the last page says so', async () => {
  stub.script.push(page([], 'more'), page([]));
  await expect(ec2.findHolder({ address: '10.0.1.50', subnetId: 'subnet-1' })).resolves.toBeNull();
});

test('reads EC2 refusals off the wire', async () => {
  stub.script.push(
    refusal('InvalidParameterValue', '[10.0.1.50] assigned, but move is not allowed.'),
    refusal('InvalidNetworkInterfaceID.NotFound', "The networkInterface ID 'eni-1' does not exist"),
    refusal('UnauthorizedOperation', 'You are not authorized.', 403),
  );
  const assign = () => ec2.assign({ eniId: 'eni-1', addresses: ['10.0.1.50'], allowReassignment: false });
  await expect(assign()).rejects.toMatchObject({
    name: 'Ec2Error',
    reason: 'held-by-other',
    code: 'InvalidParameterValue',
    message: '[10.0.1.50] assigned, but move is not allowed.',
    outcome: 'refused',
  });
  await expect(assign()).rejects.toMatchObject({ reason: 'eni-missing', kind: 'retry-later' });
  await expect(assign()).rejects.toMatchObject({ reason: 'unauthorized', kind: 'ask-a-person' });
});

test.each([
  [403, '<html><body>Blocked by the egress proxy</body></html>', 'refused'],
  [403, '<!DOCTYPE html><html><head><meta charset="x"></head></html>', 'refused'],
  [407, '', 'refused'],
  [429, 'slow down', 'refused'],
  [302, '<html></html>', 'unknown'],
])('an answer that is not of EC2 (HTTP %i %s) is no refusal', async (status, xml, outcome) => {
  stub.fallback = { status, xml };
  const assign = ec2.assign({ eniId: 'eni-1', addresses: ['10.0.1.50'], allowReassignment: false });
  await expect(assign).rejects.toMatchObject({ reason: 'unreachable', kind: 'retry-later', outcome });
  await expect(assign).rejects.toThrow(`(HTTP ${status}) is not EC2`);
});

test('makes one attempt each: repeating is the reconciler’s, which checks first whether it is still wanted', async () => {
  stub.fallback = refusal('RequestLimitExceeded', 'Request limit exceeded.', 503);
  const assign = ec2.assign({ eniId: 'eni-1', addresses: ['10.0.1.50'], allowReassignment: false });
  await expect(assign).rejects.toMatchObject({ reason: 'throttled', kind: 'retry-later', outcome: 'refused' });
  expect(stub.requests).toHaveLength(1);
});

test('a time-out really ends the call, and leaves open whether it happened', async () => {
  ec2.close();
  ec2 = connect({ request: 100 });
  stub.fallback = 'silence';
  const assign = ec2.assign({ eniId: 'eni-1', addresses: ['10.0.1.50'], allowReassignment: false });
  await expect(assign).rejects.toMatchObject({ reason: 'timeout', kind: 'retry-now', outcome: 'unknown' });
});

test('the operation’s deadline ends what its single requests do not', async () => {
  ec2.close();
  ec2 = connect({ operation: 150 });
  stub.fallback = 'silence';
  await expect(ec2.findHolder({ address: '10.0.1.50', subnetId: 'subnet-1' })).rejects.toMatchObject({
    reason: 'timeout',
    outcome: 'unknown',
  });
});

test('the caller can give a call up', async () => {
  stub.fallback = 'silence';
  const caller = new AbortController();
  const call = ec2.unassign({ eniId: 'eni-1', addresses: ['10.0.1.50'] }, caller.signal);
  setTimeout(() => caller.abort('no longer wanted'), 20);
  await expect(call).rejects.toMatchObject({ reason: 'timeout', outcome: 'unknown' });
});

test('a connection that breaks leaves open whether it happened', async () => {
  stub.fallback = 'hang-up';
  const call = ec2.unassign({ eniId: 'eni-1', addresses: ['10.0.1.50'] });
  await expect(call).rejects.toMatchObject({ reason: 'unreachable', outcome: 'unknown' });
});

test('nobody listening: it cannot have happened', async () => {
  await stub.close();
  const call = ec2.unassign({ eniId: 'eni-1', addresses: ['10.0.1.50'] });
  await expect(call).rejects.toMatchObject({ reason: 'unreachable', kind: 'retry-later', outcome: 'refused' });
});

test('credentials are fetched once, ahead of the first call, and anew when EC2 refuses them', async () => {
  await ec2.warm();
  expect(served).toBe(1);
  stub.script.push(refusal('RequestExpired', 'Request has expired.'));
  stub.fallback = ok('UnassignPrivateIpAddresses');
  const unassign = () => ec2.unassign({ eniId: 'eni-1', addresses: ['10.0.1.50'] });
  await expect(unassign()).rejects.toMatchObject({ reason: 'credentials', kind: 'retry-later' });
  await unassign();
  await unassign();
  expect(stub.accessKeys).toEqual(['AKID1', 'AKID2', 'AKID2']);
});

test('no credentials anywhere is a sentence, and nothing is sent', async () => {
  ec2.close();
  ec2 = connectEc2({
    region: 'eu-central-1',
    endpoint: stub.endpoint,
    imds: connectImds({ endpoint: 'http://127.0.0.1:9' }),
    credentials: () =>
      Promise.reject(Object.assign(new Error('No AWS credentials found.'), { name: 'NoCredentialsError' })),
  });
  await expect(ec2.warm()).rejects.toMatchObject({ reason: 'credentials', message: 'No AWS credentials found.' });
  await expect(ec2.describeEni('eni-1')).rejects.toMatchObject({ reason: 'credentials', outcome: 'refused' });
  expect(stub.requests).toHaveLength(0);
});

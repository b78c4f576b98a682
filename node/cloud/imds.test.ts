import { connectImds } from './imds';
import { startImdsStub, type ImdsStub } from './testing/imds-stub';

let stub: ImdsStub;

beforeEach(async () => {
  stub = await startImdsStub({ 'instance-id': 'i-1', 'placement/region': 'eu-central-1\n' });
});

afterEach(() => stub.close());

test('fetches one token for many reads', async () => {
  const imds = connectImds({ endpoint: `${stub.endpoint}/` });
  await expect(Promise.all([imds.get('instance-id'), imds.get('placement/region')])).resolves.toEqual([
    'i-1',
    'eu-central-1',
  ]);
  await imds.get('instance-id');
  expect(stub.tokens).toBe(1);
  expect(stub.requests).toEqual([
    'PUT /latest/api/token',
    'GET /latest/meta-data/instance-id',
    'GET /latest/meta-data/placement/region',
    'GET /latest/meta-data/instance-id',
  ]);
});

test('fetches a new token ahead of the old one’s end', async () => {
  let time = 0;
  const imds = connectImds({ endpoint: stub.endpoint, now: () => time });
  await imds.get('instance-id');
  time = 21_500_000;
  await imds.get('instance-id');
  expect(stub.tokens).toBe(1);
  time = 21_550_000;
  await imds.get('instance-id');
  expect(stub.tokens).toBe(2);
});

test('fetches a new token when the service has forgotten it', async () => {
  const imds = connectImds({ endpoint: stub.endpoint });
  await imds.get('instance-id');
  stub.revokeTokens();
  await expect(imds.get('instance-id')).resolves.toBe('i-1');
  expect(stub.tokens).toBe(2);
});

test('says what is not there', async () => {
  const imds = connectImds({ endpoint: stub.endpoint });
  await expect(imds.get('spot/termination-time')).rejects.toMatchObject({
    reason: 'not-found',
    message: `The instance metadata service at ${stub.endpoint} has no /latest/meta-data/spot/termination-time.`,
  });
});

test('a token request that is never answered points at the hop limit', async () => {
  stub.mute.add('PUT');
  const imds = connectImds({ endpoint: stub.endpoint, timeoutMs: 50 });
  await expect(imds.get('instance-id')).rejects.toMatchObject({
    reason: 'hop-limit',
    message: expect.stringContaining('HttpPutResponseHopLimit') as string,
  });
});

test('a read that is never answered is tried twice, then says so', async () => {
  stub.mute.add('GET');
  const imds = connectImds({ endpoint: stub.endpoint, timeoutMs: 50 });
  await expect(imds.get('instance-id')).rejects.toMatchObject({ reason: 'no-answer' });
  expect(stub.requests.filter((r) => r.startsWith('GET'))).toHaveLength(2);
});

test('nobody there: the sentence names the ways out', async () => {
  await stub.close();
  const imds = connectImds({ endpoint: stub.endpoint });
  const error = imds.get('instance-id');
  await expect(error).rejects.toMatchObject({ reason: 'unreachable' });
  await expect(error).rejects.toThrow(/ECONNREFUSED.*HttpEndpoint.*aws\.imds_endpoint.*nics\.NAME\.eni/s);
});

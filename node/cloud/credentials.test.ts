import { cacheCredentials, credentialSource, instanceCredentials, type Credentials } from './credentials';
import { connectImds } from './imds';
import { roleDocument, startImdsStub, type ImdsStub } from './testing/imds-stub';

describe('of the instance profile', () => {
  let stub: ImdsStub;
  const end = new Date('2030-01-01T00:00:00Z');

  beforeEach(async () => {
    stub = await startImdsStub({
      'iam/security-credentials/': 'tg-node',
      'iam/security-credentials/tg-node': roleDocument('ASIA1', end),
    });
  });

  afterEach(() => stub.close());

  test('come through the configured endpoint', async () => {
    await expect(instanceCredentials(connectImds({ endpoint: stub.endpoint }))).resolves.toEqual({
      accessKeyId: 'ASIA1',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiration: end,
    });
  });

  test('are the last resort', async () => {
    const imds = connectImds({ endpoint: stub.endpoint });
    await expect(credentialSource(imds, {})()).resolves.toMatchObject({ accessKeyId: 'ASIA1' });
    await expect(credentialSource(imds, { AWS_EC2_METADATA_DISABLED: 'true' })()).rejects.toThrow(
      /^No AWS credentials found/,
    );
  });

  test('that are missing are told with the reason', async () => {
    stub.items.delete('iam/security-credentials/');
    await expect(credentialSource(connectImds({ endpoint: stub.endpoint }), {})()).rejects.toThrow(
      /instance profile: .*has no \/latest\/meta-data\/iam\/security-credentials\//,
    );
  });

  test('that are none are no credentials', async () => {
    stub.items.set('iam/security-credentials/tg-node', JSON.stringify({ Code: 'AssumeRoleUnauthorizedAccess' }));
    await expect(instanceCredentials(connectImds({ endpoint: stub.endpoint }))).rejects.toThrow(
      /AssumeRoleUnauthorizedAccess/,
    );
  });
});

test('the environment comes first', async () => {
  const before = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'secret' });
  try {
    const source = credentialSource(connectImds({ endpoint: 'http://127.0.0.1:9' }), { AWS_ACCESS_KEY_ID: 'AKIAENV' });
    await expect(source()).resolves.toMatchObject({ accessKeyId: 'AKIAENV' });
  } finally {
    process.env = before;
  }
});

describe('the cache', () => {
  const MINUTE = 60_000;
  let time: number;
  let fetched: number;
  let fails: boolean;
  const source = (): Promise<Credentials> => {
    if (fails) return Promise.reject(new Error('IMDS is away'));
    fetched += 1;
    return Promise.resolve({
      accessKeyId: `K${fetched}`,
      secretAccessKey: 's',
      expiration: new Date(time + 60 * MINUTE),
    });
  };

  beforeEach(() => {
    time = 0;
    fetched = 0;
    fails = false;
  });

  const key = async (cache: ReturnType<typeof cacheCredentials>) => (await cache.get()).accessKeyId;

  test('renews ahead of the end without making anyone wait', async () => {
    const cache = cacheCredentials(source, () => time);
    expect(await key(cache)).toBe('K1');
    time = 54 * MINUTE;
    expect(await key(cache)).toBe('K1');
    time = 56 * MINUTE;
    expect(await key(cache)).toBe('K1');
    await new Promise(setImmediate);
    expect(await key(cache)).toBe('K2');
  });

  test('keeps valid ones while renewing fails, and asks not too often', async () => {
    const cache = cacheCredentials(source, () => time);
    await cache.get();
    fails = true;
    time = 56 * MINUTE;
    for (let i = 0; i < 5; i += 1) expect(await key(cache)).toBe('K1');
    fails = false;
    time += MINUTE;
    await cache.get();
    await new Promise(setImmediate);
    expect(await key(cache)).toBe('K2');
  });

  test('does not give out ended ones', async () => {
    const cache = cacheCredentials(source, () => time);
    await cache.get();
    fails = true;
    time = 61 * MINUTE;
    await expect(cache.get()).rejects.toThrow('IMDS is away');
  });
});

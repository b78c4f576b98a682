import { createServer, type Server } from 'node:http';
import { FakeBackend } from '../fake/fake-backend';
import { ImdsListener } from '../imds/listener';
import { HandClock } from '../testing/hand-clock';
import { launch, metadata, query, roleCredentials, type TestCredentials } from '../testing/query-client';
import { createEndpoint } from './http-endpoint';
import { Engine } from './engine';
import { listen, stop } from './listen';

/** The engine on a clock moved by hand. */
describe('the engine', () => {
  let clock: HandClock;
  let engine: Engine;
  let server: Server;
  let endpoint: string;
  let imds: ImdsListener & { endpoint: string };
  let lab: Awaited<ReturnType<typeof launch>>;

  beforeEach(async () => {
    clock = new HandClock();
    engine = new Engine(new FakeBackend('us-east-1', '123456789012', 1, clock), clock);
    server = createEndpoint({
      query: (request) => engine.handle(request),
      control: () => Promise.resolve({ status: 404, body: {} }),
    });
    endpoint = await listen(server, '127.0.0.1', 0);
    lab = await launch(endpoint);
    imds = await ImdsListener.open(engine, lab.instanceId, '127.0.0.1');
  });
  afterEach(async () => {
    await imds.close();
    await stop(server);
  });

  const assign = (eni: string, address: string, credentials?: TestCredentials) =>
    query(
      endpoint,
      'AssignPrivateIpAddresses',
      { NetworkInterfaceId: eni, 'PrivateIpAddress.1': address, AllowReassignment: 'true' },
      credentials ? { credentials } : {},
    );
  const describeAs = (credentials?: TestCredentials | null) =>
    query(endpoint, 'DescribeNetworkInterfaces', {}, credentials === undefined ? {} : { credentials });

  describe('credentials', () => {
    test('none, of another region, forgotten, with a wrong token', async () => {
      expect(await describeAs(null)).toMatchObject({ status: 403, code: 'MissingAuthenticationToken' });
      const elsewhere = await describeAs({ accessKeyId: 'AKIA', region: 'eu-west-1' });
      expect([elsewhere.status, elsewhere.code]).toEqual([401, 'AuthFailure']);
      expect(elsewhere.text).toContain('region us-east-1, not eu-west-1');
      const own = await roleCredentials(imds.endpoint);
      expect(await describeAs({ ...own, token: 'x' })).toMatchObject({ status: 401, code: 'AuthFailure' });
      expect(await describeAs({ accessKeyId: own.accessKeyId })).toMatchObject({ status: 401, code: 'AuthFailure' });
      expect((await describeAs(own)).status).toBe(200);
      await engine.reset();
      expect(await describeAs(own)).toMatchObject({ status: 401, code: 'AuthFailure' });
    });

    test('expire when they say, and fresh ones come before that', async () => {
      engine.timing = { ...engine.timing, credentialsTtlSeconds: 100 };
      const old = await roleCredentials(imds.endpoint);
      expect(old.expiration).toBe('2026-01-01T00:01:40Z');
      expect((await roleCredentials(imds.endpoint)).accessKeyId).toBe(old.accessKeyId);
      clock.advance(95_000);
      const fresh = await roleCredentials(imds.endpoint);
      expect(fresh.accessKeyId).not.toBe(old.accessKeyId);
      expect((await describeAs(old)).status).toBe(200);
      clock.advance(5_000);
      expect(await describeAs(old)).toMatchObject({ status: 400, code: 'RequestExpired' });
      expect((await describeAs(fresh)).status).toBe(200);
    });

    test('GetCallerIdentity says who it is', async () => {
      const own = await roleCredentials(imds.endpoint);
      const told = await query(endpoint, 'GetCallerIdentity', {}, { credentials: own });
      expect(told.text).toContain(`arn:aws:sts::123456789012:assumed-role/tg-node/${lab.instanceId}`);
    });
  });

  describe("the instance's policy", () => {
    test('allows the two Describes, and Assign and Unassign on the attached ENI; nothing else', async () => {
      const own = await roleCredentials(imds.endpoint);
      expect((await assign(lab.eni, '10.0.1.50', own)).status).toBe(200);
      expect((await query(endpoint, 'DescribeInstances', {}, { credentials: own })).status).toBe(200);
      const stranger = await assign(lab.other, '10.0.1.50', own);
      expect([stranger.status, stranger.code]).toEqual([403, 'UnauthorizedOperation']);
      expect(stranger.text).toContain(
        `is not authorized to perform: ec2:AssignPrivateIpAddresses on resource: arn:aws:ec2:us-east-1:123456789012:network-interface/${lab.other}`,
      );
      for (const [action, fields] of [
        ['DescribeSubnets', {}],
        ['DescribeKeyPairs', {}],
        ['ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: lab.eni, 'SourceDestCheck.Value': 'false' }],
        ['TerminateInstances', { 'InstanceId.1': lab.instanceId }],
        ['DescribeSubnets', { DryRun: 'true' }],
      ] as [string, Record<string, string>][]) {
        const told = await query(endpoint, action, fields, { credentials: own });
        expect([action, told.status, told.code]).toEqual([action, 403, 'UnauthorizedOperation']);
      }
      expect((await describeAs()).text).not.toContain('<sourceDestCheck>false');
    });

    test('a refusal comes before any look at the request', async () => {
      const own = await roleCredentials(imds.endpoint);
      expect((await assign('eni-00000000000000000', 'nonsense', own)).code).toBe('UnauthorizedOperation');
    });

    test('can be scoped by ec2:Vpc', async () => {
      const own = await roleCredentials(imds.endpoint);
      const statement = (vpcId: string) => ({
        Effect: 'Allow' as const,
        Action: 'ec2:AssignPrivateIpAddresses',
        Resource: '*',
        Condition: { StringEquals: { 'ec2:Vpc': `arn:aws:ec2:us-east-1:123456789012:vpc/${vpcId}` } },
      });
      engine.setPolicy(lab.instanceId, { Statement: statement(lab.vpcId) });
      expect((await assign(lab.other, '10.0.1.50', own)).status).toBe(200);
      engine.setPolicy(lab.instanceId, { Statement: statement('vpc-other') });
      expect((await assign(lab.other, '10.0.1.51', own)).code).toBe('UnauthorizedOperation');
      engine.setPolicy(lab.instanceId, null);
      expect((await assign(lab.eni, '10.0.1.51', own)).status).toBe(200);
    });

    test('on a move the losing ENI counts only when that is asked for', async () => {
      const own = await roleCredentials(imds.endpoint);
      await assign(lab.other, '10.0.1.50');
      engine.timing = { ...engine.timing, authorizeSource: true };
      expect((await assign(lab.eni, '10.0.1.50', own)).code).toBe('UnauthorizedOperation');
      engine.timing = { ...engine.timing, authorizeSource: false };
      expect((await assign(lab.eni, '10.0.1.50', own)).status).toBe(200);
    });
  });

  describe('time', () => {
    const holds = async (address: string) => (await describeAs()).text.includes(`>${address}<`);

    test('a Describe is late by describeLagMs; a call that changes something never is', async () => {
      engine.timing = { ...engine.timing, describeLagMs: 1_000 };
      clock.advance(10_000);
      await assign(lab.eni, '10.0.1.50');
      expect(await holds('10.0.1.50')).toBe(false);
      expect((await assign(lab.eni, '10.0.1.50')).status).toBe(200);
      clock.advance(1_000);
      expect(await holds('10.0.1.50')).toBe(true);
    });

    test('the metadata is late by imdsLagMs', async () => {
      engine.timing = { ...engine.timing, imdsLagMs: 1_000 };
      clock.advance(10_000);
      const read = await metadata(imds.endpoint);
      const path = `meta-data/network/interfaces/macs/${lab.mac}/local-ipv4s`;
      await assign(lab.eni, '10.0.1.50');
      expect((await read(path)).text).toBe('10.0.1.10');
      clock.advance(1_000);
      expect((await read(path)).text).toBe('10.0.1.10\n10.0.1.50');
    });

    test("with throttling, AWS's buckets", async () => {
      engine.timing = { ...engine.timing, throttling: true };
      const codes: (string | undefined)[] = [];
      for (let call = 0; call < 51; call += 1) codes.push((await describeAs()).code);
      expect(codes.slice(0, 50)).toEqual(Array.from({ length: 50 }, () => undefined));
      expect(codes[50]).toBe('RequestLimitExceeded');
      clock.advance(1_000);
      expect((await describeAs()).status).toBe(200);
    });
  });

  test('calls are recorded with principal, fields, resources and outcome', async () => {
    const own = await roleCredentials(imds.endpoint);
    engine.clearCalls();
    await assign(lab.eni, '10.0.1.50', own);
    await query(endpoint, 'NoSuchAction');
    await query(endpoint, '');
    const arn = `arn:aws:ec2:us-east-1:123456789012:network-interface/${lab.eni}`;
    const administrator = { kind: 'administrator', accessKeyId: 'AKIAADMINISTRATOR000' };
    expect(engine.calls()).toEqual([
      {
        at: '2026-01-01T00:00:00.000Z',
        began: 0,
        ended: 0,
        action: 'AssignPrivateIpAddresses',
        principal: { kind: 'instance', instanceId: lab.instanceId, accessKeyId: own.accessKeyId },
        params: { NetworkInterfaceId: lab.eni, 'PrivateIpAddress.1': '10.0.1.50', AllowReassignment: 'true' },
        resources: [arn],
        outcome: { status: 200 },
      },
      expect.objectContaining({
        action: 'NoSuchAction',
        principal: administrator,
        outcome: {
          status: 400,
          code: 'InvalidAction',
          message: 'The action NoSuchAction is not valid for this web service.',
        },
      }),
      expect.objectContaining({ outcome: expect.objectContaining({ code: 'MissingAction' }) as unknown }),
    ]);
  });

  test('an action that fails inside is an InternalError that says why, and the next call is served', async () => {
    const broken = jest.spyOn(engine.backend, 'perform').mockImplementationOnce(() => {
      throw new Error('the disk is on fire');
    });
    const told = await describeAs();
    expect([told.status, told.code]).toEqual([500, 'InternalError']);
    expect(told.text).toContain('the disk is on fire');
    broken.mockRestore();
    expect((await describeAs()).status).toBe(200);
  });
});

test('a port that is taken is refused with a sentence', async () => {
  const taken = createServer();
  const port = Number(new URL(await listen(taken, '127.0.0.1', 0)).port);
  await expect(listen(createServer(), '127.0.0.1', port)).rejects.toThrow(
    new RegExp(`^Cannot listen on 127\\.0\\.0\\.1 port ${port}: .*EADDRINUSE.*Choose another with --port`),
  );
  await stop(taken);
});

/** The plugin that shakes the AWS SDK rewrites generated code, so the shaken SDK is held against the SDK as it comes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Cloud from './index';
import { ok, page, refusal, startEc2Stub, type Answer } from './testing/ec2-stub';

const folder = mkdtempSync(join(tmpdir(), 'tg-shake-'));
const plain = join(folder, 'plain.cjs');
const shaken = join(folder, 'shaken.cjs');

beforeAll(() => {
  execFileSync(process.execPath, [join(__dirname, 'testing/bundle-cloud.mjs'), plain, shaken], { stdio: 'pipe' });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENI = {
  eniId: 'eni-1',
  instanceId: 'i-1',
  description: 'data',
  addresses: [{ address: '10.0.1.10', primary: true }, { address: '10.0.1.50' }],
};

const CASES: [string, Answer[], (ec2: Cloud.Ec2Connection) => Promise<unknown>][] = [
  [
    'assign',
    [ok('AssignPrivateIpAddresses')],
    (ec2) => ec2.assign({ eniId: 'eni-1', addresses: ['10.0.1.50', '10.0.1.51'], allowReassignment: true }),
  ],
  [
    'assign, refused',
    [refusal('InvalidParameterValue', '[10.0.1.50] assigned, but move is not allowed.')],
    (ec2) => ec2.assign({ eniId: 'eni-1', addresses: ['10.0.1.50'], allowReassignment: false }),
  ],
  [
    'unassign, throttled',
    [refusal('RequestLimitExceeded', 'Request limit exceeded.', 503)],
    (ec2) => ec2.unassign({ eniId: 'eni-1', addresses: ['10.0.1.50'] }),
  ],
  ['unassign', [ok('UnassignPrivateIpAddresses')], (ec2) => ec2.unassign({ eniId: 'eni-1', addresses: ['10.0.1.50'] })],
  ['describe', [page([ENI])], (ec2) => ec2.describeEni('eni-1')],
  [
    'find the holder over two pages',
    [page([], 'more'), page([ENI])],
    (ec2) => ec2.findHolder({ address: '10.0.1.50', subnetId: 'subnet-1' }),
  ],
];

async function run(bundle: string, answers: Answer[], call: (ec2: Cloud.Ec2Connection) => Promise<unknown>) {
  const { connectEc2, connectImds } = jest.requireActual<typeof Cloud>(bundle);
  const stub = await startEc2Stub();
  stub.script.push(...answers);
  const ec2 = connectEc2({
    region: 'eu-central-1',
    endpoint: stub.endpoint,
    imds: connectImds({ endpoint: 'http://127.0.0.1:9' }),
    credentials: () => Promise.resolve({ accessKeyId: 'AKID', secretAccessKey: 'secret' }),
  });
  try {
    const outcome = await call(ec2).then(
      (result) => ({ result }),
      (error: unknown) => {
        const { name, reason, kind, code, message, outcome: after } = error as Record<string, unknown>;
        return { name, reason, kind, code, message, after };
      },
    );
    return { requests: stub.requests.map((request) => [...request]), outcome };
  } finally {
    ec2.close();
    await stub.close();
  }
}

test.each(CASES)('%s: the shaken SDK sends and reads the same', async (_name, answers, call) => {
  const expected = await run(plain, answers, call);
  expect(expected.requests).toHaveLength(answers.length);
  expect(await run(shaken, answers, call)).toEqual(expected);
});

test('the shaken bundle is less than two thirds of the other', () => {
  expect(statSync(shaken).size).toBeLessThan((statSync(plain).size * 2) / 3);
});

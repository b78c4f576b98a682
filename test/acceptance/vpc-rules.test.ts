import { startVpc, type RunningVpc } from '@tg/vpc';
import { describeRules } from '../vpc/rules-suite';
import { thisBackend } from './backend';

const backend = thisBackend();

/** The table that the fake passes in the unit tests, here on LocalStack behind the proxy too. */
(backend.kind === 'aws' ? describe.skip : describe)(`AWS's rules on ${backend.name}`, () => {
  let vpc: RunningVpc;
  beforeAll(async () => {
    vpc = await startVpc(backend.kind === 'localstack' ? { upstream: backend.upstream } : {});
  });
  afterAll(async () => {
    await vpc.close();
  });
  describeRules(() => vpc.endpoint);
});

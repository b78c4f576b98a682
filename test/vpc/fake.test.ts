import { startVpc, type RunningVpc } from '@tg/vpc';
import { describeRules } from './rules-suite';

describe('the fake EC2', () => {
  let vpc: RunningVpc;
  beforeAll(async () => {
    vpc = await startVpc();
  });
  afterAll(async () => {
    await vpc.close();
  });
  describeRules(() => vpc.endpoint);
});

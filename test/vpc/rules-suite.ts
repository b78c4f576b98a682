import { ASSIGN_CASES } from './assign-cases';
import type { Case } from './case';
import { DESCRIBE_CASES } from './describe-cases';
import { createLab } from './lab';
import { LIFECYCLE_CASES } from './lifecycle-cases';
import { UNASSIGN_CASES } from './unassign-cases';

const GROUPS: Readonly<Record<string, readonly Case[]>> = {
  assign: ASSIGN_CASES,
  unassign: UNASSIGN_CASES,
  describe: DESCRIBE_CASES,
  lifecycle: LIFECYCLE_CASES,
};

/**
 * What AWS is known to do, as one table of cases, each in a VPC of its own with the unmodified SDK as the client. The same
 * table runs on the fake, on the proxy, and could run on AWS.
 */
export function describeRules(endpoint: () => string): void {
  describe.each(Object.entries(GROUPS))('%s', (_group, cases) => {
    test.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
      await one.run(await createLab(endpoint()));
    });
  });
}

import { ASSIGN_CASES } from './assign-cases';
import type { Case } from './case';
import { DESCRIBE_CASES } from './describe-cases';
import { createLab, type Lab } from './lab';
import { LIFECYCLE_CASES } from './lifecycle-cases';
import { UNASSIGN_CASES } from './unassign-cases';

const GROUPS = {
  assign: ASSIGN_CASES,
  unassign: UNASSIGN_CASES,
  describe: DESCRIBE_CASES,
  lifecycle: LIFECYCLE_CASES,
} satisfies Record<string, readonly Case[]>;

type Group = keyof typeof GROUPS;

/**
 * What AWS is known to do, as one table of cases, with the unmodified SDK as the client. The same table runs on the fake and
 * on the proxy.
 *
 * @param only some groups of it
 */
export function describeRules(endpoint: () => string, only = Object.keys(GROUPS) as Group[]): void {
  describe.each(only)('%s', (group) => {
    let shared: Promise<Lab> | undefined;
    test.each(GROUPS[group].map((one): [string, Case] => [one.name, one]))('%s', async (_name, one) => {
      await one.run(one.changesNothing ? await (shared ??= createLab(endpoint())) : await createLab(endpoint()));
    });
  });
}

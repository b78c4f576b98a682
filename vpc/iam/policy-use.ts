import type { CallRecord } from '../server/call-record';
import { asList, fittingPatterns } from './patterns';
import type { PolicyDocument } from './policy';

/** What an instance's calls say of its policy. */
export interface PolicyUse {
  /** Calls that the policy refused: not empty means that it does not suffice. */
  refused: readonly CallRecord[];
  /** Actions that the policy allows and nobody used: not empty means that it is not minimal. */
  unused: readonly string[];
  /** Actions that the policy allows and that were used. */
  used: readonly string[];
}

/** Compares a policy with the calls one instance made under it. Refusals that a fault made are left out. */
export function policyUse(policy: PolicyDocument, calls: readonly CallRecord[]): PolicyUse {
  const genuine = calls.filter((call) => call.outcome.fault === undefined || call.outcome.code === undefined);
  const refused = genuine.filter((call) => call.outcome.code === 'UnauthorizedOperation');
  const done = genuine.filter((call) => !refused.includes(call)).map((call) => `ec2:${call.action}`);
  const allows = asList(policy.Statement).filter((statement) => statement.Effect === 'Allow');
  const granted = new Set(allows.flatMap((statement) => asList(statement.Action)));
  const used = new Set(done.flatMap((action) => allows.flatMap((statement) => fittingPatterns(statement, action))));
  return { refused, used: [...used], unused: [...granted].filter((pattern) => !used.has(pattern)) };
}

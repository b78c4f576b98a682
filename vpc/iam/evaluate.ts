import { matchesWildcard } from '../rules/filters';
import { asList, fittingPatterns } from './patterns';
import type { ConditionOperator, PolicyDocument, PolicyStatement } from './policy';

/** One thing somebody wants to do to one resource. */
export interface AuthorizationRequest {
  /** E.g. `ec2:AssignPrivateIpAddresses`. */
  action: string;
  /** ARN, or `*` for an action without resource-level permission: only a statement on `*` covers that. */
  resource: string;
  /** Condition key → values the resource has under it. */
  context: Readonly<Record<string, readonly string[]>>;
}

/** What a policy says: allowed, by which action patterns; or denied, by a Deny or because nothing allows it. */
export type Verdict = { allowed: true; by: readonly string[] } | { allowed: false; explicit: boolean };

/** IAM's evaluation of one identity policy: an explicit Deny wins, then any Allow, else denied. */
export function evaluate(policy: PolicyDocument, request: AuthorizationRequest): Verdict {
  const fitting = asList(policy.Statement).filter((statement) => covers(statement, request));
  if (fitting.some((statement) => statement.Effect === 'Deny')) return { allowed: false, explicit: true };
  const by = fitting.flatMap((statement) => fittingPatterns(statement, request.action));
  return by.length > 0 ? { allowed: true, by } : { allowed: false, explicit: false };
}

function covers(statement: PolicyStatement, request: AuthorizationRequest): boolean {
  return (
    fittingPatterns(statement, request.action).length > 0 &&
    asList(statement.Resource).some((pattern) => matchesWildcard(pattern, request.resource)) &&
    meetsConditions(statement, request.context)
  );
}

function meetsConditions(statement: PolicyStatement, context: AuthorizationRequest['context']): boolean {
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const have = valuesOf(context, key);
      return have.some((value) => asList(wanted).some((want) => compare(operator as ConditionOperator, want, value)));
    }),
  );
}

/** Condition keys are compared without regard to case. */
function valuesOf(context: AuthorizationRequest['context'], key: string): readonly string[] {
  return Object.entries(context).flatMap(([name, values]) => (name.toLowerCase() === key.toLowerCase() ? values : []));
}

function compare(operator: ConditionOperator, want: string, have: string): boolean {
  switch (operator) {
    case 'StringEquals':
      return want === have;
    case 'StringLike':
    case 'ArnEquals':
    case 'ArnLike':
      return matchesWildcard(want, have);
  }
}

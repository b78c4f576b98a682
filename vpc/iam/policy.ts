/** An IAM identity policy, as far as it can be enforced here; anything else is refused when it is set. */
export interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: PolicyStatement | readonly PolicyStatement[];
}

/** One statement. `Action` and `Resource` may hold `*` and `?`. */
export interface PolicyStatement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action: string | readonly string[];
  Resource: string | readonly string[];
  /** Operator → key → value(s); see {@link CONDITION_OPERATORS} for the operators enforced. */
  Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** The condition operators that are enforced. */
export const CONDITION_OPERATORS = ['StringEquals', 'StringLike', 'ArnEquals', 'ArnLike'] as const;
export type ConditionOperator = (typeof CONDITION_OPERATORS)[number];

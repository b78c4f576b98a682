import type { CallRecord } from '../server/call-record';

/** What an instance's calls say of its policy. */
export interface PolicyUse {
  /** Calls that the policy refused: not empty means that it does not suffice. */
  refused: readonly CallRecord[];
  /** Actions that the policy allows and nobody used: not empty means that it is not minimal. */
  unused: readonly string[];
  /** Actions that the policy allows and that were used. */
  used: readonly string[];
}

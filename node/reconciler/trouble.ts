import { backoff } from './backoff';
import type { Trouble } from './claim';
import type { Sentence } from './sentences';
import type { Clock } from './ports';
import type { Timing } from './types';

/** The next stage of a trouble: one failure more, and when to try again. Its age is that of its code. */
export function worsen(
  before: Trouble | null,
  sentence: Sentence,
  where: { nic?: string; address?: string },
  clock: Clock,
  timing: Timing,
): Trouble {
  const failures = (before?.failures ?? 0) + 1;
  const same = before?.problem.code === sentence.code;
  return {
    failures,
    retryAt: clock.now() + backoff(sentence.kind, failures, timing, clock.random()),
    problem: { ...sentence, ...where, since: same ? before.problem.since : clock.wall() },
  };
}

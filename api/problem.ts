import * as z from 'zod';

/**
 * Something that is wrong and what to do about it. `kind` says who acts: the daemon at once, the daemon later
 * (with back-off), or a person (nothing is retried until config or permissions change).
 */
export const Problem = z
  .object({
    /** A stable code of ours, e.g. `eni-full`, `held-by-other`, `unauthorized`, `throttled`. */
    code: z.string(),
    /** One sentence or two: what happened, to which address and ENI, and the way out. */
    message: z.string(),
    kind: z.enum(['retry-now', 'retry-later', 'ask-a-person']),
    /** When it began, RFC 3339. */
    since: z.string(),
    nic: z.string().optional(),
    address: z.string().optional(),
  })
  .meta({ id: 'Problem' });

/** See the schema of the same name. */
export type Problem = z.infer<typeof Problem>;

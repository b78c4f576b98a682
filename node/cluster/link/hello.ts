import * as z from 'zod';

/** Read first of a hello, whatever else it holds: all versions begin like this. */
export const HelloVersion = z.object({ version: z.int().min(1) });

/** The first frame of each side: the one that connected says it first. */
export const Hello = z.object({
  /** MESSAGE_VERSION of the sender. */
  version: z.int().min(1),
  uid: z.string().regex(/^[0-9a-zA-Z][0-9a-zA-Z-]{0,63}$/),
  fqdn: z
    .string()
    .max(253)
    .regex(/^[a-z0-9.-]+$/),
  cluster: z.string().max(253),
  /** Differs for each start of the sender. */
  boot: z.string().min(1).max(64),
  /** Where the sender listens; without a host: where it is seen from. Port 0: nowhere now. */
  host: z.string().max(253).optional(),
  port: z.int().min(0).max(65535),
});
/** See the schema of the same name. */
export type Hello = z.infer<typeof Hello>;

/** Why a member will not speak with the other side. */
export const REFUSALS = [
  'version', // the other side speaks a newer version than we do
  'other-cluster',
  'self', // it is this very process
  'same-uid',
  'certificate', // its certificate does not speak for the uid and fqdn that it gives
  'not-a-member',
] as const;
/** See {@link REFUSALS}. */
export type RefusalCode = (typeof REFUSALS)[number];

/** The last frame of a connection that is refused. A code that a later version has made up reads as `not-a-member`. */
export const Refused = z.object({ code: z.enum(REFUSALS).catch('not-a-member') });

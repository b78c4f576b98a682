import * as z from 'zod';

/** The version of the messages below. A member that speaks a higher one is told to wait for our upgrade, and not heard. */
export const MESSAGE_VERSION = 1;

const Uid = z.string().min(1).max(64);
const Term = z.object({ number: z.int().min(1), uid: Uid });

/**
 * Which writes a document contains: of each author the number of the newest. An author is a member's uid, with `/` and a
 * mark behind it that differs each time the member joins (document/author.ts). Numbers grow, but not by one.
 */
export const VersionVector = z.record(z.string().min(1).max(80), z.int().min(0));
/** See the schema of the same name. */
export type VersionVector = z.infer<typeof VersionVector>;

/** What a member is doing about the addresses; see `machine.ts`. */
export const Phase = z.enum([
  'listening', // just started: has neither claimed nor stood by yet
  'standby',
  'claiming', // its Assign is under way or being retried
  'withdrawing', // gave a claim up while its Assign is still under way
  'active',
  'yielding', // holds, and asks the peer to take the addresses over in one reassigning call
  'releasing', // takes them off its ENI before the peer assigns them
  'suspended', // was paused while it held: renews and changes nothing until it knows that it still holds
]);
/** See the schema of the same name. */
export type Phase = z.infer<typeof Phase>;

/** How fit a member is to hold the addresses. */
export const Fitness = z.object({
  /** Takes part: enabled, not disabled in the portal's sense. */
  enabled: z.boolean(),
  /** Every configured NIC has a link. */
  healthy: z.boolean(),
  /** EC2 answers it. It may hold without, but not claim. */
  ec2: z.boolean(),
  /** What is wrong, each a sentence. */
  problems: z.array(z.string()),
});
/** See the schema of the same name. */
export type Fitness = z.infer<typeof Fitness>;

/** What a member tells its peer every interval, and at once when something changes. */
export const Heartbeat = z.object({
  type: z.literal('heartbeat'),
  from: Uid,
  /** Differs for each start of the process. */
  boot: z.string().min(1).max(64),
  /** Grows by one with each heartbeat of a boot: an older one that arrives later is ignored. */
  seq: z.int().min(0),
  phase: Phase,
  /** The highest term in effect that the sender knows of; null: none ever was. */
  term: Term.nullable(),
  /** The sender holds the addresses by `term` (which is its own). */
  holds: z.boolean(),
  /** The claim it has under way, not in effect yet. */
  claim: Term.nullable(),
  /** `term` is over: its holder has given the addresses up, and nobody holds them. */
  released: z.boolean(),
  /** The sender wants the peer to take over `term` from it: now (`move`), or as soon as it is released. */
  yields: z.enum(['move', 'release']).nullable(),
  fitness: Fitness,
  /** When the peer last heard from the receiver, the receiver's own `seq` comes back here: proof of a two-way link. */
  heard: z.object({ boot: z.string(), seq: z.int() }).nullable(),
  /** The document the sender has on disk. */
  document: VersionVector,
  /** The document that is in force on ENI and NIC at the sender; only a holder's counts. */
  applied: VersionVector,
  /** Addresses EC2 has confirmed for some member of this cluster, so that a takeover may reassign them unasked. */
  confirmed: z.array(z.object({ address: z.string(), nic: z.string() })),
  /** The sender's data ENIs, by NIC. */
  enis: z.record(
    z.string(),
    z.object({ eniId: z.string(), subnetId: z.string(), subnetCidr: z.string(), primary: z.string().optional() }),
  ),
  /** What the sender sees of each address: for status pages only. */
  addresses: z.array(z.object({ address: z.string(), nic: z.string(), eni: z.string(), os: z.string() })),
});
/** See the schema of the same name. */
export type Heartbeat = z.infer<typeof Heartbeat>;

/** The whole cluster document (document/document.ts), sent to a peer whose version vector lacks something of it. */
export const DocumentMessage = z.object({ type: z.literal('document'), from: Uid, document: z.unknown() });
/** See the schema of the same name. */
export type DocumentMessage = z.infer<typeof DocumentMessage>;

/** Everything members say to each other. */
export const Message = z.discriminatedUnion('type', [Heartbeat, DocumentMessage]);
/** See the schema of the same name. */
export type Message = z.infer<typeof Message>;

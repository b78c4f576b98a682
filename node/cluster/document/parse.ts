import * as z from 'zod';
import { ClusterHandover, ClusterMode, ClusterTimeout, Interface, NetworkConfig, NicName } from '@tg/api';
import { VersionVector } from '../message';
import { DOCUMENT_FORMAT, type ClusterDocument } from './document';
import { entryFieldOf } from './fields';

const Author = z.string().regex(/^[0-9a-zA-Z][0-9a-zA-Z-]{0,63}(\/[0-9a-zA-Z]{1,15})?$/);
const Dot = z.tuple([Author, z.int().min(1)]);
const At = z.string().max(64);
const Lost = z.object({ field: z.string().max(256), value: z.json().optional(), dot: Dot, at: At });
const Register = z.object({
  value: z.json().optional(),
  dot: Dot,
  seen: VersionVector,
  term: z.object({ number: z.int().min(1), uid: z.string() }).nullable(),
  at: At,
  weak: z.literal(true).optional(),
  settles: Dot.optional(),
  repair: z.literal(true).optional(),
  lost: z.array(Lost).optional(),
  cleared: z.array(z.string()).optional(),
});

/** The shape of a document; `parseDocument` looks at the values too. */
export const DocumentShape = z
  .object({
    format: z.literal(DOCUMENT_FORMAT),
    fqdn: z.string().min(1),
    version: VersionVector,
    fields: z.record(z.string().max(256), z.array(Register).min(1)),
  })
  .superRefine(({ fields, version }, context) => {
    for (const [field, registers] of Object.entries(fields)) {
      const schema = schemaOf(field);
      for (const { value, dot } of registers) {
        const [author, number] = dot;
        const known = Object.hasOwn(version, author) ? (version[author] ?? 0) : 0;
        if (number > known) issue(context, field, `has a write (${dot.join(':')}) that the version does not contain`);
        if (value === undefined) continue;
        if (schema === null) issue(context, field, 'is not a field of a cluster document');
        else if (!schema.safeParse(value).success)
          issue(context, field, `has the value ${show(value)}, which it cannot have`);
      }
    }
  });

/**
 * A document that came from a peer or a file. Throws a sentence when it is from the future, or is none; `whose` begins
 * it, e.g. "the peer's".
 */
export function parseDocument(value: unknown, whose: string): ClusterDocument {
  const format = typeof value === 'object' && value !== null ? (value as { format?: unknown }).format : undefined;
  if (typeof format === 'number' && format > DOCUMENT_FORMAT) {
    throw new Error(
      `${whose} cluster document has format ${format}, and this tg-node understands formats up to ${DOCUMENT_FORMAT}: upgrade tg-node here, then they merge by themselves.`,
    );
  }
  const parsed = DocumentShape.safeParse(value);
  if (parsed.success) return value as ClusterDocument;
  const [first] = parsed.error.issues;
  const where = first?.path.join('.') ?? '';
  throw new Error(
    `${whose} cluster document is not valid and was not taken: ${where === '' ? '' : `${where}: `}${first?.message ?? 'it has another shape'}.`,
  );
}

const member: Record<string, z.ZodType> = {
  fqdn: z.string().max(253),
  enabled: z.boolean(),
  host: z.string().max(253),
  port: z.int().min(1).max(65535),
  statusHost: z.string().max(253),
  statusPort: z.int().min(1).max(65535),
  state: z.enum(['ACTIVE', 'INACTIVE']),
};
const settings: Record<string, z.ZodType> = {
  name: z.string().min(1).max(253),
  tags: z.record(z.string(), z.string()),
  mode: ClusterMode,
  timeout: ClusterTimeout,
  handover: ClusterHandover,
  active: z.string().min(1).max(64),
  order: z.array(NicName),
};
const interfaces: Record<string, z.ZodType> = Interface.shape;
const network: Record<string, z.ZodType> = NetworkConfig.shape;

/** What a field may hold; null: there is no such field. */
function schemaOf(field: string): z.ZodType | null {
  const entry = entryFieldOf(field);
  if (entry !== null) {
    if (entry.group === 'interfaces' && !NicName.safeParse(entry.name).success) return null;
    if (entry.key === null) return z.literal(true);
    return own(entry.group === 'interfaces' ? interfaces : member, entry.key);
  }
  const [group, key, rest] = field.split('/');
  if (group === 'network' && key !== undefined && rest === undefined && key !== 'interfaces') return own(network, key);
  if (group === 'refusals' && key !== undefined && rest === undefined) return Refused;
  return own(settings, field);
}

/** An address that AWS refused for good, and that was put back for that reason. */
export const Refused = z.object({
  address: z.string(),
  at: At,
  code: z.string().max(64),
  message: z.string().max(4096),
});

/** See the schema of the same name. */
export type Refused = z.infer<typeof Refused>;

const own = (schemas: Record<string, z.ZodType>, key: string): z.ZodType | null =>
  Object.hasOwn(schemas, key) ? (schemas[key] ?? null) : null;

const issue = (context: z.core.$RefinementCtx, field: string, message: string): void =>
  context.addIssue({ code: 'custom', path: [field], message });

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

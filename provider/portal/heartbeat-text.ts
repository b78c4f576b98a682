import type { JsonNode } from './json-text';
import { member, parseJson } from './json-text';
import { PortalError } from './portal-error';
import { append, remove, replaceValue } from './splice';

/** The fields of a node's heartbeat settings (`config.cluster`) that this provider writes, with the JSON type of each. */
const HEARTBEAT_FIELDS = {
  enabled: 'boolean',
  host: 'string',
  port: 'number',
  statusHost: 'string',
  statusPort: 'number',
} as const;

export type HeartbeatField = keyof typeof HEARTBEAT_FIELDS;

export const HEARTBEAT_FIELD_NAMES = Object.keys(HEARTBEAT_FIELDS) as HeartbeatField[];

interface JsonTypes {
  boolean: boolean;
  string: string;
  number: number;
}

/** Heartbeat settings as read; what is not set (absent, empty text, 0) is null. */
export type HeartbeatValues = { readonly [F in HeartbeatField]: JsonTypes[(typeof HEARTBEAT_FIELDS)[F]] | null };

/** Fields to write; null takes a field away; a field that is not mentioned stays as it is. */
export type HeartbeatChange = { readonly [F in HeartbeatField]?: HeartbeatValues[F] };

const WHAT = 'The cluster config';

/** The values in the text of `config.cluster`. */
export function readHeartbeat(text: string): HeartbeatValues {
  const root = objectIn(text);
  return Object.fromEntries(HEARTBEAT_FIELD_NAMES.map((name) => [name, valueOf(root, name)])) as HeartbeatValues;
}

/**
 * Writes fields into the text of `config.cluster`. Every other byte stays, above all `master`: the server may take what a client sends there
 * for an order to change the active member.
 */
export function editHeartbeat(text: string, change: HeartbeatChange): string {
  let edited = text;
  for (const name of HEARTBEAT_FIELD_NAMES) {
    const wanted = change[name];
    const root = objectIn(edited);
    if (wanted === undefined || wanted === valueOf(root, name)) continue;
    const index = (root.children ?? []).findIndex((property) => property.children?.[0]?.value === name);
    const current = root.children?.[index]?.children?.[1];
    if (wanted === null) edited = remove(edited, root, index);
    else edited = current === undefined ? append(edited, root, wanted, name) : replaceValue(edited, current, wanted);
  }
  return edited;
}

function objectIn(text: string): JsonNode {
  const root = parseJson(text, WHAT);
  if (root.type !== 'object') throw new PortalError('protocol', `${WHAT} is not a JSON object.`);
  return root;
}

function valueOf(root: JsonNode, name: HeartbeatField): boolean | string | number | null {
  const node = member(root, name, WHAT);
  if (node === undefined || node.type === 'null' || node.value === '' || node.value === 0) return null;
  if (node.type === HEARTBEAT_FIELDS[name]) return node.value as boolean | string | number;
  throw new PortalError(
    'protocol',
    `In the cluster config, "${name}" should be of type ${HEARTBEAT_FIELDS[name]} and is of type ${node.type}.`,
  );
}

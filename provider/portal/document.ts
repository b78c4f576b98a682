import type { JsonNode } from './json-text';
import { member, parseJson, textOf } from './json-text';
import { PortalError } from './portal-error';

/** A node or a cluster as read, with the text of its network config byte for byte. */
export interface TargetDocument {
  /** The node's uid; a cluster has none. */
  readonly uid: string | null;
  /** The name as the server spells it. */
  readonly fqdn: string | null;
  /** The cluster that a node is in. */
  readonly cluster: string | null;
  /** The text of `config.network`; `{}` when the target has none yet. */
  readonly network: string;
  /** The text of `config.cluster`, a node's heartbeat settings; `{}` when it has none yet. */
  readonly heartbeat: string;
  /** The whole document. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Reads the body of `GET /node/…` or `GET /cluster/…`. `what` names it in errors. */
export function parseDocument(body: string, what: string): TargetDocument {
  const root = parseJson(body, `The answer for ${what}`);
  if (root.type !== 'object')
    throw new PortalError('protocol', `The answer for ${what} is not a JSON object. Check api_host.`);
  const config = objectAt(root, 'config', what);
  const part = (key: string): string => {
    const node = config === undefined ? undefined : objectAt(config, key, what);
    return node === undefined ? '{}' : textOf(body, node);
  };
  return {
    uid: stringAt(root, 'uid', what),
    fqdn: stringAt(root, 'fqdn', what),
    cluster: stringAt(root, 'cluster', what),
    network: part('network'),
    heartbeat: part('cluster'),
    fields: JSON.parse(body) as Readonly<Record<string, unknown>>,
  };
}

function objectAt(object: JsonNode, key: string, what: string): JsonNode | undefined {
  const value = member(object, key, `The answer for ${what}`);
  if (value === undefined || value.type === 'null') return undefined;
  if (value.type !== 'object')
    throw new PortalError('protocol', `In the answer for ${what}, "${key}" is not an object.`);
  return value;
}

function stringAt(object: JsonNode, key: string, what: string): string | null {
  const value = member(object, key, `The answer for ${what}`);
  return value?.type === 'string' && value.value !== '' ? (value.value as string) : null;
}

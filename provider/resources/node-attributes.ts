import { isUnknown } from '../framework/cty/unknown';
import type { Unknown } from '../framework/cty/unknown';
import { listAttribute, stringAttribute } from '../framework/schema/attributes';
import { requiresReplace } from '../framework/schema/plan-modifiers';
import { sizeBetween } from '../framework/schema/value-validators';
import type { NodeTarget } from '../portal/target';
import { hostname, nodeUid, noNulls } from './validators';

/** The two ways to say which node. */
export const NODE = ['node_fqdn', 'node_id'] as const;

/** Attributes that name a node; `replaces`: another node is another resource. */
export function nodeAttributes(replaces: boolean) {
  const planModifiers = replaces ? [requiresReplace()] : [];
  const change = replaces ? '; a change replaces the resource' : '';
  return {
    node_fqdn: stringAttribute({
      presence: 'optional',
      description: `FQDN of the node. Exactly one of \`node_fqdn\` and \`node_id\` is needed${change}.`,
      validators: [hostname],
      planModifiers,
    }),
    node_id: stringAttribute({
      presence: 'optional',
      description: 'UID of the node.',
      validators: [nodeUid],
      planModifiers,
    }),
  } as const;
}

/** FQDNs of nodes for host templates of a resource that is a cluster's. */
export const nodeFqdnsAttribute = () =>
  listAttribute({
    presence: 'optional',
    element: 'string',
    description:
      'FQDNs of the nodes through which the cluster is reached: where `api_host` or `api_hosts` of the provider contains `{node_fqdn}`, it stands ' +
      'for each of them in turn. Not needed where the hosts are named outright.',
    validators: [noNulls, sizeBetween(1, 16)],
    elementValidators: [hostname],
  });

/** The node; null when that is not known yet. */
export function nodeTargetOf({
  node_fqdn,
  node_id,
}: {
  readonly node_fqdn: string | null | Unknown;
  readonly node_id: string | null | Unknown;
}): NodeTarget | null {
  if (isUnknown(node_fqdn) || isUnknown(node_id)) return null;
  if (node_fqdn !== null) return { kind: 'node-fqdn', fqdn: node_fqdn };
  return node_id === null ? null : { kind: 'node-id', uid: node_id };
}

/** The names for a resource's state. */
export const nodeNames = (target: NodeTarget) => ({
  node_fqdn: target.kind === 'node-fqdn' ? target.fqdn : null,
  node_id: target.kind === 'node-id' ? target.uid : null,
});

/** The node's name as the resource gives it. */
export const nameOf = (target: NodeTarget): string => (target.kind === 'node-fqdn' ? target.fqdn : target.uid);

/** `through` of a cluster target, from the attribute. */
export const throughNodes = (nodeFqdns: readonly string[] | null) => (nodeFqdns === null ? {} : { through: nodeFqdns });

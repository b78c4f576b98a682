import { CLUSTER_DEFAULTS, type ClusterHandover, type ClusterMode } from '@tg/api';
import type { ClusterView } from '../ports';
import type { Change, ClusterDocument } from './document';
import { memberField } from './fields';
import type { Json } from './json';
import { originOf } from './rank';
import { resolve } from './resolve';

/** What a cluster is set to. */
export interface ClusterSettings {
  name: string;
  mode: ClusterMode;
  /** The Cluster Timeout in seconds. */
  timeout: number;
  handover: ClusterHandover;
  tags: Record<string, string>;
}

/** A member as the document describes it. */
export interface DocumentMember {
  uid: string;
  fqdn: string;
  /** Takes part in heartbeats. */
  enabled: boolean;
  /** Where it takes heartbeats; null: it has not said. */
  host: string | null;
  port: number | null;
  statusHost: string | null;
  statusPort: number | null;
  state: 'ACTIVE' | 'INACTIVE';
}

/** The settings in force. */
export function settingsOf(document: ClusterDocument): ClusterSettings {
  const { inForce } = resolve(document);
  return {
    name: (inForce.get('name') as string | undefined) ?? document.fqdn.split('.', 1)[0] ?? document.fqdn,
    mode: (inForce.get('mode') as ClusterMode | undefined) ?? CLUSTER_DEFAULTS.mode,
    timeout: (inForce.get('timeout') as number | undefined) ?? CLUSTER_DEFAULTS.timeout,
    handover: (inForce.get('handover') as ClusterHandover | undefined) ?? CLUSTER_DEFAULTS.handover,
    tags: (inForce.get('tags') as Record<string, string> | undefined) ?? {},
  };
}

/** The members, in the order in which they joined: at most two. */
export function membersOf(document: ClusterDocument): DocumentMember[] {
  const { inForce, members } = resolve(document);
  return members.map((uid) => {
    const get = (key: string): Json | undefined => inForce.get(memberField(uid, key));
    return {
      uid,
      fqdn: (get('fqdn') as string | undefined) ?? uid,
      enabled: (get('enabled') as boolean | undefined) ?? true,
      host: (get('host') as string | undefined) ?? null,
      port: (get('port') as number | undefined) ?? null,
      statusHost: (get('statusHost') as string | undefined) ?? null,
      statusPort: (get('statusPort') as number | undefined) ?? null,
      state: (get('state') as DocumentMember['state'] | undefined) ?? 'ACTIVE',
    };
  });
}

/** The uid of the configured active member; null: none was named. */
export const configuredActive = (document: ClusterDocument): string | null =>
  (resolve(document).inForce.get('active') as string | undefined) ?? null;

/** What the state machine needs. */
export function clusterView(document: ClusterDocument): ClusterView {
  const { members, winners } = resolve(document);
  const { mode, timeout, handover } = settingsOf(document);
  const uid = configuredActive(document);
  const write = winners.get('active');
  return {
    members,
    mode,
    timeoutMs: timeout * 1000,
    handover,
    active: uid === null || write === undefined ? null : { uid, stamp: originOf(write).join(':') },
  };
}

/** The changes that make (or keep) a node a member and describe it; what is null is removed. */
export function memberChanges(document: ClusterDocument, member: DocumentMember): Change[] {
  const { inForce, members } = resolve(document);
  const { uid, ...described } = member;
  const isNew = !members.includes(uid);
  const changes = Object.entries(described).flatMap(([key, value]): Change[] => {
    const field = memberField(uid, key);
    const before = isNew ? undefined : inForce.get(field);
    if ((before ?? null) === value) return [];
    return [value === null ? { field } : { field, value }];
  });
  return isNew ? [{ field: memberField(uid), value: true }, ...changes] : changes;
}

/** The changes that remove a member: it is no longer the configured active one either. */
export function removalChanges(document: ClusterDocument, uid: string): Change[] {
  const { inForce } = resolve(document);
  if (!inForce.has(memberField(uid))) return [];
  const wasActive = configuredActive(document) === uid;
  return [{ field: memberField(uid) }, ...(wasActive ? [{ field: 'active' }] : [])];
}

import type { ClusterStatus, Finding, MemberStatus, NodeStatus } from '@tg/api';
import { oneLine } from './redact';

/**
 * The findings in the answer to a check, or null when it is not such an answer: then some other server has something else at that path.
 * Texts are made fit to be shown; `blot` takes the secrets out of them.
 */
export function findingsIn(body: string, blot: (text: string) => string): Finding[] | null {
  const answer = shown(body, blot);
  if (!isRecord(answer) || !Array.isArray(answer.findings)) return null;
  const findings: unknown[] = answer.findings;
  return findings.every(isFinding) ? findings : null;
}

const isFinding = (value: unknown): value is Finding =>
  isRecord(value) && typeof value.message === 'string' && typeof value.severity === 'string';

/** The status of a node, or null when the answer is none; see {@link findingsIn}. */
export function statusIn(body: string, blot: (text: string) => string): NodeStatus | null {
  const answer = shown(body, blot);
  if (!isRecord(answer) || !Number.isSafeInteger(answer.configVersion)) return null;
  const { interfaces, refusals = [], messages = [] } = answer;
  const lists = [interfaces, refusals];
  if (!lists.every((list) => Array.isArray(list) && list.every(isRecord)) || !Array.isArray(messages)) return null;
  return { ...answer, refusals, messages } as unknown as NodeStatus;
}

/** A cluster as one of its members sees it, as far as this provider acts on it. */
export type ClusterView = Pick<ClusterStatus, 'fqdn' | 'configuredActive' | 'actualActive'> & {
  readonly members: readonly Pick<
    MemberStatus,
    'uid' | 'fqdn' | 'self' | 'role' | 'reachable' | 'endpoint' | 'fitness'
  >[];
  /** What is wrong, each a sentence. */
  readonly problems: readonly string[];
};

/** The status of a cluster, or null when `value` is none; see {@link findingsIn}. */
export function clusterIn(value: unknown, blot: (text: string) => string): ClusterView | null {
  const view = value === undefined ? null : shown(JSON.stringify(value), blot);
  if (!isRecord(view) || typeof view.fqdn !== 'string' || !Array.isArray(view.members)) return null;
  const members: unknown[] = view.members;
  if (!members.every((member) => isRecord(member) && typeof member.uid === 'string')) return null;
  const problems: unknown[] = Array.isArray(view.problems) ? view.problems : [];
  return {
    ...(view as unknown as ClusterView),
    problems: problems.flatMap((p) => (isRecord(p) && typeof p.message === 'string' ? [p.message] : [])),
  };
}

function shown(body: string, blot: (text: string) => string): unknown {
  try {
    return JSON.parse(body, (_, value: unknown) => (typeof value === 'string' ? oneLine(blot(value)) : value));
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

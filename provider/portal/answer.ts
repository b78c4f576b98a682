import type { Finding, NodeStatus } from '@tg/api';
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

function shown(body: string, blot: (text: string) => string): unknown {
  try {
    return JSON.parse(body, (_, value: unknown) => (typeof value === 'string' ? oneLine(blot(value)) : value));
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

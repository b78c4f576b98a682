import { type InterfaceStatus, MAX_WAIT_SECONDS, type Problem } from '@tg/api';
import type { WriteOutcome } from '../store/config-store';
import type { ApiContext, Request_ } from './context';
import { notInPlace } from './in-place';
import { awaitOutcome, explainOutcome, type OutcomeQuestion } from './outcome';

/** What every status says, of a node or of a cluster. */
export interface StatusBody {
  configVersion: number;
  interfaces: InterfaceStatus[];
  problems: Problem[];
}

/** Answers a status request; with `version` and `nic` as soon as the outcome of that write is known. */
export async function answerStatus(context: Request_, node: ApiContext, body: () => StatusBody): Promise<Response> {
  const question = readQuestion(context);
  if (Array.isArray(question)) return context.json(question, 422);
  if (question === null) return context.json(body());
  const signals = [node.closing, context.req.raw.signal];
  const onChange = (listener: () => void) => node.store.onChange(listener);
  const outcome = await awaitOutcome(() => outcomeNow(node, question), onChange, question.waitMs, signals);
  const status = body();
  if (outcome !== null) {
    const missing = outcome.outcome === 'pending' ? notInPlace(node, question.nic) : null;
    return context.json({ ...status, ...explainOutcome(outcome, question, status, missing) });
  }
  const written = question.version >= 1 && question.version <= status.configVersion;
  const sentence = written
    ? `no config version up to ${status.configVersion} ever had an entry for nic ${JSON.stringify(question.nic)}`
    : `version ${question.version} was never written; the newest is ${status.configVersion}`;
  return context.json([sentence], 422);
}

/** What is stored as applied, and is not in place right now, is not applied: a later write of it must not say so. */
function outcomeNow(node: ApiContext, { version, nic }: OutcomeQuestion): WriteOutcome | null {
  const stored = node.store.outcome(version, nic);
  return stored?.outcome === 'applied' && notInPlace(node, nic) !== null ? { outcome: 'pending' } : stored;
}

interface Question extends OutcomeQuestion {
  waitMs: number;
}

/** What a status request asks for: one write's outcome, or (null) nothing; sentences when it is put wrongly. */
function readQuestion(context: Request_): Question | null | string[] {
  const { version, nic, wait } = context.req.query();
  if (version === undefined && nic === undefined && wait === undefined) return null;
  const complaints: string[] = [];
  const whole = (name: string, text: string | undefined, most: number): number => {
    if (text !== undefined && /^\d{1,15}$/.test(text) && Number(text) <= most) return Number(text);
    const limit = most === Number.MAX_SAFE_INTEGER ? '' : ` of at most ${most}`;
    complaints.push(`${name} must be a whole number${limit}, not ${JSON.stringify(text ?? '')}`);
    return 0;
  };
  const asked = whole('version', version, Number.MAX_SAFE_INTEGER);
  const seconds = wait === undefined ? 0 : whole('wait', wait, MAX_WAIT_SECONDS);
  if (nic === undefined || nic === '') complaints.push('nic is missing: an outcome is asked for with version and nic');
  return complaints.length > 0 ? complaints : { version: asked, nic: nic ?? '', waitMs: seconds * 1000 };
}

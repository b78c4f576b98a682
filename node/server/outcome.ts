import type { InterfaceStatus, NodeStatus } from '@tg/api';
import type { WriteOutcome } from '../store/config-store';
import type { StatusBody } from './status-answer';

/** How often a waiting request looks again unasked: what is in place changes without a change of the config. */
const LOOK_MS = 500;

/** A question for the outcome of one write for one NIC. */
export interface OutcomeQuestion {
  version: number;
  nic: string;
}

/**
 * Resolves when the outcome is known (anything but `pending`), when `waitMs` are over, or when a signal aborts; null
 * for a version that was never written. `onChange` tells when to look again at once.
 */
export async function awaitOutcome(
  look: () => WriteOutcome | null,
  onChange: (listener: () => void) => () => void,
  waitMs: number,
  signals: readonly AbortSignal[], // not AbortSignal.any: on Node 20 it leaks on a signal that outlives the request
): Promise<WriteOutcome | null> {
  const first = look();
  if (first?.outcome !== 'pending' || waitMs <= 0 || signals.some(({ aborted }) => aborted)) return first;
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      clearInterval(again);
      stop();
      for (const signal of signals) signal.removeEventListener('abort', finish);
      resolve(look());
    };
    const check = () => {
      if (look()?.outcome !== 'pending') finish();
    };
    const stop = onChange(check);
    const again = setInterval(check, LOOK_MS);
    const timer = setTimeout(finish, waitMs);
    for (const signal of signals) signal.addEventListener('abort', finish, { once: true });
  });
}

/**
 * The outcome's part of a status answer: with sentences for everything but `applied`. `missing`: the one that says why
 * it is pending, where that is known.
 */
export function explainOutcome(
  outcome: WriteOutcome,
  { version, nic }: OutcomeQuestion,
  status: StatusBody,
  missing: string | null = null,
): Required<Pick<NodeStatus, 'outcome' | 'messages'>> {
  const messages = missing === null ? messagesOf(outcome, version, nic, status) : [missing];
  return { outcome: outcome.outcome, messages };
}

function messagesOf({ outcome, refusal }: WriteOutcome, version: number, nic: string, status: StatusBody): string[] {
  switch (outcome) {
    case 'applied':
      return [];
    case 'refused':
      return refusal === undefined ? [] : [refusal.message];
    case 'superseded':
      return [`a later write of ${nic} (config version ${status.configVersion}) took the place of version ${version}.`];
    case 'pending': {
      const entry = status.interfaces.find((one) => one.nic === nic);
      // What is wrong with the host as such holds up no write.
      const others = status.problems.filter(({ code }) => !code.startsWith('host-'));
      const problems = [entry?.problem, ...others].flatMap((problem) => problem?.message ?? []);
      return problems.length > 0 ? problems : [waitingFor(nic, entry)];
    }
  }
}

function waitingFor(nic: string, entry: InterfaceStatus | undefined): string {
  if (entry === undefined) return `the node has not looked at ${nic} yet.`;
  const { clusterIP, eni, os, releasing } = entry;
  const waits = [
    clusterIP !== null && eni !== 'assigned' ? `${clusterIP} is not seen on its ENI yet` : null,
    clusterIP !== null && os !== 'bound' && os !== 'dry-run' ? `${clusterIP} is not bound on ${nic} yet` : null,
    releasing.length > 0 ? `${releasing.join(', ')} is still being released` : null,
  ].filter((wait) => wait !== null);
  return waits.length === 0 ? `the node is at work on ${nic}.` : `${waits.join('; ')}.`;
}

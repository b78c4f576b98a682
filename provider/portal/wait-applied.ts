import { abortedError, PortalError } from './portal-error';
import type { ConfigStatus, Portal } from './portal';
import { backoffMs } from './retry';
import { sleep } from './sleep';
import type { Target } from './target';
import { describeTarget } from './target';

/** A write whose effect on one NIC is waited for. */
export interface AwaitedChange {
  readonly target: Target;
  readonly nic: string;
  /** The version of the write; null: the one in force, whatever it is. */
  readonly version: number | null;
}

/** What the node said at last. `unknown`: this server cannot tell, so there is nothing to wait for. */
export type AppliedOutcome = 'applied' | 'unknown';

/**
 * Waits until the node reports a write applied on the ENI and the NIC. A node that cannot be reached meanwhile (it restarts) is asked again
 * until `signal` aborts.
 * @throws PortalError `refused` when AWS refused it for good and the node put it back, `superseded` when a later write replaced it,
 * `pending` when `signal` aborts first: the write is in force and the node goes on trying.
 */
export async function waitApplied(portal: Portal, change: AwaitedChange, signal: AbortSignal): Promise<AppliedOutcome> {
  const heard: { last: ConfigStatus | null; trouble: PortalError | null } = { last: null, trouble: null };
  try {
    return await ask(portal, change, signal, heard);
  } catch (error) {
    if (!signal.aborted || !(error instanceof PortalError) || error.kind !== 'aborted') throw error;
    heard.last = (await lastWord(portal, change)) ?? heard.last;
    throw new PortalError(
      'pending',
      pendingSentence(change, heard.last, heard.trouble, abortedError(signal).message),
      heard.last?.messages ?? [],
      {
        cause: error,
      },
    );
  }
}

/** How long a last look may take when time is up, in milliseconds. */
const LAST_WORD_MS = 2_000;

/** What the node is waiting for, asked without waiting: the question that was cut off would have told. */
async function lastWord(portal: Portal, { target, nic, version }: AwaitedChange): Promise<ConfigStatus | null> {
  if (version === null) return null;
  try {
    return await portal.status(target, AbortSignal.timeout(LAST_WORD_MS), { version, nic, seconds: 0 });
  } catch (error) {
    if (error instanceof PortalError) return null;
    throw error;
  }
}

async function ask(
  portal: Portal,
  { target, nic, version }: AwaitedChange,
  signal: AbortSignal,
  heard: { last: ConfigStatus | null; trouble: PortalError | null },
): Promise<AppliedOutcome> {
  let wanted = version;
  for (let failures = 0; ;) {
    try {
      const query = wanted === null ? undefined : { version: wanted, nic, seconds: portal.pollSeconds };
      const status = await portal.status(target, signal, query);
      failures = 0;
      if (status === null) return 'unknown';
      if (wanted === null) {
        wanted = status.configVersion;
        continue;
      }
      heard.last = status;
      heard.trouble = null;
      switch (status.outcome) {
        case 'applied':
          return 'applied';
        case 'refused':
          throw new PortalError(
            'refused',
            sentences(status, nic, 'The node refused the change and kept what was in force'),
            status.messages ?? [],
          );
        case 'superseded':
          throw new PortalError(
            'superseded',
            `A later write to ${nic} of ${describeTarget(target)} replaced this one before it was applied.`,
          );
        case 'pending':
          break;
        case undefined:
          return 'unknown';
      }
    } catch (error) {
      if (!(error instanceof PortalError) || (error.kind !== 'unreachable' && error.kind !== 'server')) throw error;
      heard.trouble = error;
      failures++;
      await sleep(backoffMs(failures, portal.retryFirst, portal.retryMost, Math.random), signal);
    }
  }
}

function sentences(status: ConfigStatus, nic: string, otherwise: string): string {
  const said = status.messages ?? [];
  if (said.length > 0) return said.join('\n');
  const refusal = status.refusals.filter((r) => r.nic === nic).at(-1);
  return refusal?.message ?? `${otherwise} on ${nic}, without saying why.`;
}

function pendingSentence(
  change: AwaitedChange,
  last: ConfigStatus | null,
  trouble: PortalError | null,
  why: string,
): string {
  const who = describeTarget(change.target);
  const known =
    trouble !== null
      ? `Since then ${trouble.message}`
      : last === null
        ? 'The node has not said how far it is.'
        : sentences(last, change.nic, 'The node is still at work');
  return `${who} took the change of ${change.nic}, but has not applied it yet (${why}). It stays in force there and the node goes on trying.\n${known}`;
}

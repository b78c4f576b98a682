import type { LabEvent } from '../events';
import { CLUSTER_IP } from '../network/plan';
import { CLUSTER_TIMEOUT_S } from '../scenario';

/** How long an address lives in the kernel that nobody renews, at the lab's Cluster Timeout. */
const LIFETIME_MS = Math.min(5, Math.max(2, CLUSTER_TIMEOUT_S - 1)) * 1000;
/** The kernel removes an address at most this long after its lifetime is over. */
const KERNEL_LATE_MS = 1100;

/**
 * Judges gw-a, frozen from `frozen` to `thawed`: its address must be gone from its NIC within the lifetime, before gw-b
 * claims it, and must not come back.
 */
export function frozenHolder(
  events: readonly LabEvent[],
  frozen: number,
  thawed: number,
): { wrong: string[]; notes: string[] } {
  const nic = events.filter(
    (event) => event.kind === 'nic' && event.gateway === 'a' && event.address === CLUSTER_IP && event.at >= frozen,
  );
  const gone = nic.find((event) => event.kind === 'nic' && !event.bound)?.at;
  const claim = events.find(
    (event) =>
      event.kind === 'call' &&
      event.gateway === 'b' &&
      event.action === 'AssignPrivateIpAddresses' &&
      event.at >= frozen,
  );
  const claimed = claim?.kind === 'call' ? claim.began : undefined;
  const wrong: string[] = [];
  const ms = (moment: number) => Math.round(moment - frozen);
  if (gone === undefined || gone > thawed) wrong.push('the frozen gateway kept the address on its NIC');
  else {
    const limit = LIFETIME_MS + KERNEL_LATE_MS;
    if (gone - frozen > limit) wrong.push(`the frozen gateway had the address for ${ms(gone)} ms; at most ${limit} ms`);
    if (claimed !== undefined && gone > claimed) {
      wrong.push(
        `the other gateway claimed after ${ms(claimed)} ms, the frozen one had the address for ${ms(gone)} ms`,
      );
    }
  }
  if (nic.some((event) => event.kind === 'nic' && event.bound && event.at >= thawed)) {
    wrong.push('the thawed gateway bound the address again');
  }
  const notes = gone === undefined ? [] : [`gone from the frozen NIC after ${ms(gone)} ms`];
  if (claimed !== undefined) notes.push(`claimed after ${ms(claimed)} ms`);
  return { wrong, notes };
}

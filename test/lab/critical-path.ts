import type { LabEvent } from './events';
import type { GatewayName } from './network/plan';

/** A change that begins this long after a read was answered has hardly waited for it. */
const AT_ONCE_MS = 10;

/**
 * The gateways' EC2 calls that a client waited for: from the decision until the address was delivered to its new holder,
 * the call that moved it included. Of reads only those that a change of the same gateway followed at once: looks that are
 * made anyhow hold nobody up. Null when the address did not move there.
 */
export function callsBeforeTraffic(
  events: readonly LabEvent[],
  { decision, holder, address }: { decision: number; holder: GatewayName; address: string },
): string[] | null {
  const moved = events.find(
    (event) =>
      event.kind === 'eni' && event.at >= decision && event.gateway === holder && event.addresses.includes(address),
  );
  if (!moved) return null;
  const calls = events.filter((event) => event.kind === 'call');
  const before = calls.filter(({ began }) => began >= decision && began <= moved.at);
  const changes = before.filter(({ action }) => !isRead(action));
  const waitedFor = before.filter(
    (call) =>
      !isRead(call.action) ||
      changes.some(
        ({ gateway, began }) => gateway === call.gateway && began >= call.at && began - call.at < AT_ONCE_MS,
      ),
  );
  return waitedFor.map(({ gateway, action, status }) => `gw-${gateway} ${action} ${status}`);
}

const isRead = (action: string) => action.startsWith('Describe');

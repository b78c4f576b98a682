import type { LabEvent } from './events';
import type { GatewayName } from './network/plan';

/**
 * The gateways' EC2 calls from the decision until the address was delivered to its new holder, the call that moved it
 * included: what a client waits for. Null when it did not move there.
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
  return events.flatMap((event) =>
    event.kind === 'call' && event.began >= decision && event.began <= moved.at
      ? [`gw-${event.gateway} ${event.action} ${event.status}`]
      : [],
  );
}

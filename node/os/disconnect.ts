import { OsError } from '../reconciler/ports';
import { inNamespace } from './netns';
import { admit, DROP_REFUSALS, refuse, REFUSAL_SECONDS, runNft } from './refusal';
import { runCommand } from './run-command';
import { resetSessions } from './tcp-sessions';
import { findTool, type Tool } from './tools';

/** A disconnect as a whole: a hand-over waits for it. */
const DISCONNECT_MS = 300;
/** Later than the bind and the call to EC2, and earlier than EC2 can have moved the address. */
const TOOK_OVER_MS = 25;
/** What nobody waits for. */
const BACKGROUND_MS = 3000;

/** What becomes of the connections of addresses that are given up, or taken over. */
export interface Disconnector {
  /** See `OsPort.disconnect`. */
  disconnect(addresses: readonly string[], refuseNew: boolean): Promise<void>;
  /** Whether connections to this address are being refused. */
  isRefusing(address: string): boolean;
  /** When the next refusal ends, in ms of `now`; Infinity without one. */
  nextEnd(): number;
  /** Ends the refusal of these addresses, if there is one; not waited for. */
  admit(addresses: readonly string[]): void;
  /** Forgets in the connection tracking table what was translated to or from these addresses; not waited for. */
  forgetTracked(addresses: readonly string[]): void;
  /**
   * After these were bound: forgets what an earlier tenure left in the connection tracking table, and tells the neighbours
   * by gratuitous ARP. Begins a moment later, since starting a process holds up whatever else the takeover has to do.
   */
  tookOver(bindings: readonly { address: string; device: string }[]): void;
  /** Removes what an earlier process left; not waited for. */
  cleanUp(): void;
  /** Ends every refusal; not waited for. */
  close(): void;
}

/** What {@link createDisconnector} is made of; `find` is for tests. */
export interface DisconnectorOptions {
  netns: string | null;
  now: () => number;
  find?: (tool: Tool) => string | null;
}

/** The part of the iproute2 port that uses ss, nft and conntrack, each as far as it is installed. */
export function createDisconnector({ netns, now, find = findTool }: DisconnectorOptions): Disconnector {
  const later = new Set<NodeJS.Timeout>();
  const refusedUntil = new Map<string, number>();
  /** Scripts of nft run one after the other, in the order they were asked for. */
  let turn: Promise<unknown> = Promise.resolve();

  const runScript = (script: string, timeoutMs: () => number): Promise<string | null> => {
    const nft = find('nft');
    if (nft === null) return Promise.resolve(null);
    const run = turn.then(() => runNft({ netns, nft, timeoutMs: Math.max(1, Math.ceil(timeoutMs())) }, script));
    turn = run.catch(() => undefined);
    return run;
  };
  const inBackground = (script: string) => {
    // Should it fail: the kernel ends every refusal by itself.
    runScript(script, () => BACKGROUND_MS).catch(() => undefined);
  };

  const inShell = (script: string, tool: string, words: readonly string[]) => {
    const args = ['-c', script, 'tg-node', tool, ...words];
    runCommand(inNamespace(netns, { program: '/bin/sh', args }), BACKGROUND_MS).catch(() => undefined);
  };
  const forgetTracked = (addresses: readonly string[]) => {
    if (addresses.length === 0) return;
    const conntrack = find('conntrack');
    if (conntrack !== null) inShell(FORGET, conntrack, addresses);
  };
  const announce = (bindings: readonly { address: string; device: string }[]) => {
    const arping = find('arping');
    const words = bindings.flatMap(({ address, device }) => [device, address]);
    if (arping !== null) inShell(ANNOUNCE, arping, words);
  };

  return {
    async disconnect(addresses, refuseNew) {
      if (addresses.length === 0) return;
      const end = now() + DISCONNECT_MS;
      const left = () => end - now();
      let unrefused: string | null = null;
      if (refuseNew && find('nft') !== null) {
        for (const address of addresses) refusedUntil.set(address, now() + REFUSAL_SECONDS * 1000);
        // The reset comes after it all the same: without a refusal it is the more needed.
        unrefused = await runScript(refuse(addresses), () => left() / 2).catch(String);
      }
      const ss = find('ss');
      if (ss !== null) await resetSessions({ netns, ss, deadline: left }, addresses);
      if (unrefused !== null) {
        throw new OsError(
          'failed',
          'retry-later',
          `cannot refuse new TCP connections to ${addresses.join(', ')}: ${unrefused}. A client that reconnects at once ` +
            'may hang.',
        );
      }
    },

    isRefusing: (address) => (refusedUntil.get(address) ?? -Infinity) > now(),
    nextEnd: () => Math.min(...[...refusedUntil.values()].filter((end) => end > now())),

    admit(addresses) {
      const refused = addresses.filter((address) => refusedUntil.delete(address));
      if (refused.length > 0) inBackground(admit(refused));
    },

    forgetTracked,

    tookOver(bindings) {
      if (bindings.length === 0) return;
      const timer = setTimeout(() => {
        later.delete(timer);
        forgetTracked(bindings.map(({ address }) => address));
        announce(bindings);
      }, TOOK_OVER_MS);
      later.add(timer);
    },

    cleanUp: () => inBackground(DROP_REFUSALS),

    close() {
      for (const timer of later) clearTimeout(timer);
      if (refusedUntil.size > 0) inBackground(DROP_REFUSALS);
      refusedUntil.clear();
    },
  };
}

/** Each takes a second, whatever happens. On AWS the hypervisor announces a moved address itself; elsewhere nobody does. */
const ANNOUNCE = `
arping=$1; shift
while [ $# -gt 1 ]; do
  "$arping" -U -c 1 -I "$1" "$2" &
  shift 2
done
wait`;

/**
 * `-d` is the destination before translation, `-q` the one replies go to (translated to the address), `-s` what the node
 * itself sent. That nothing matched is exit code 1, and no error. Nothing is tracked on most hosts.
 */
const FORGET = `
[ "$(cat /proc/sys/net/netfilter/nf_conntrack_count || echo 0)" = 0 ] && exit 0
conntrack=$1; shift
for address; do
  for side in -d -s -q; do "$conntrack" -D $side "$address"; done
done`;

import { inNamespace } from './netns';
import { runCommand } from './run-command';

/** Ours by its name; nothing else of nftables is ever touched. */
export const REFUSAL_TABLE = 'tg_node_refusal';
const TABLE = `ip ${REFUSAL_TABLE}`;

/** How long an address is refused at most; the kernel forgets it by itself, also when this process is gone. */
export const REFUSAL_SECONDS = 10;

/**
 * Every TCP packet for these addresses is answered by a reset before anything else sees it: also for an address that is
 * no longer bound, and also for connections that were translated or forwarded here. The hook is before connection
 * tracking and address translation.
 */
export function refuse(addresses: readonly string[]): string {
  return [
    ...frame(),
    `flush chain ${TABLE} refuse`,
    `add rule ${TABLE} refuse ip daddr @addresses meta l4proto tcp reject with tcp reset`,
    ...addresses.flatMap((address) => [
      ...removal(address),
      `add element ${TABLE} addresses { ${address} timeout ${REFUSAL_SECONDS}s }`,
    ]),
  ].join('; ');
}

/** The end of {@link refuse} for these addresses, whether or not they are refused. */
export function admit(addresses: readonly string[]): string {
  return [...frame(), ...addresses.flatMap(removal)].join('; ');
}

/** The end of everything here, also of what an earlier process left. Fails when there is nothing. */
export const DROP_REFUSALS = `delete table ${TABLE}`;

/** Adding what is there is no error, deleting what is not is one: hence the pairs. */
const frame = (): string[] => [
  `add table ${TABLE}`,
  `add set ${TABLE} addresses { type ipv4_addr; flags timeout; }`,
  `add chain ${TABLE} refuse { type filter hook prerouting priority -300; }`,
];
const removal = (address: string): string[] => [
  `add element ${TABLE} addresses { ${address} }`,
  `delete element ${TABLE} addresses { ${address} }`,
];

/** Runs an nft script as one transaction. Resolves to null, or to what nft said. */
export async function runNft(
  { netns, nft, timeoutMs }: { netns: string | null; nft: string; timeoutMs: number },
  script: string,
): Promise<string | null> {
  const { code, stderr } = await runCommand(inNamespace(netns, { program: nft, args: [script] }), timeoutMs);
  if (code === 0) return null;
  const said = stderr.trim();
  return said === '' ? `nft ended with exit code ${code ?? 'none'}` : said.replace(/\s+/g, ' ');
}

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What may be missing on a host, with the Debian package that brings it and what is lost without it. */
export const TOOLS = {
  ss: { package: 'iproute2', without: 'connections to an address that is given up are not reset: their clients hang' },
  nft: {
    package: 'nftables',
    without: 'a client that reconnects while the address is being given up may reach the old holder once more and hang',
  },
  conntrack: {
    package: 'conntrack',
    without: 'translated connections of an address that was given up stay in the connection tracking table',
  },
  arping: {
    package: 'iputils-arping',
    without: 'no gratuitous ARP is sent after a takeover, which matters outside of a VPC only',
  },
} as const;

/** A tool the daemon can do without. */
export type Tool = keyof typeof TOOLS;

const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** Where a tool is, in PATH or the system's folders; null when it is not installed. Asked anew each time: it may come. */
export function findTool(tool: Tool): string | null {
  const folders = new Set([...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...SYSTEM_FOLDERS]);
  for (const folder of folders) {
    const path = join(folder, tool);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return null;
}

/** Those that are not installed. */
export const missingTools = (): Tool[] => (Object.keys(TOOLS) as Tool[]).filter((tool) => findTool(tool) === null);

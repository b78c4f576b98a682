import type { Link } from './parse';

/** A configured NIC that cannot carry traffic. */
export interface LinkFinding {
  nic: string;
  message: string;
}

/** Which of these NICs are missing, switched off or without a carrier: what makes a member unfit to hold the addresses. */
export function linksDown(links: readonly Link[], nics: Iterable<string>): LinkFinding[] {
  return [...new Set(nics)].flatMap((nic): LinkFinding[] => {
    const link = links.find(({ device }) => device === nic);
    if (link === undefined) return [{ nic, message: `${nic} is not there. Is its ENI attached?` }];
    if (link.up) return [];
    return [{ nic, message: `${nic} is down or has no carrier. Bring it up (ip link set ${nic} up).` }];
  });
}

import { findCloudInit } from './cloud-init';
import { findDhclient } from './dhclient';
import { findEc2NetUtils } from './ec2-net-utils';
import type { ActorFinding, WatchedNic } from './finding';
import type { HostView } from './host-view';
import { findNetworkManager } from './network-manager';
import { findNetworkd } from './networkd';

const SEARCHES = [findNetworkd, findNetworkManager, findEc2NetUtils, findCloudInit, findDhclient];

/** Every other program that adds or removes addresses on these NICs of the host. */
export async function detectSecondActors(host: HostView, nics: readonly WatchedNic[]): Promise<ActorFinding[]> {
  const found = await Promise.all(nics.flatMap((nic) => SEARCHES.map((search) => search(host, nic))));
  return found.flat();
}

/** Why the daemon does not start beside these actors, with each drop-in spelled out; null when none is fatal. */
export function refusalOf(findings: readonly ActorFinding[]): string | null {
  const fatal = findings.filter(({ severity }) => severity === 'fatal');
  if (fatal.length === 0) return null;
  const paragraphs = fatal.map(({ message, dropIn }) =>
    dropIn === null
      ? `* ${message}.`
      : `* ${message}.\n  Write ${dropIn.path}:\n${indent(dropIn.content)}\n  then run: ${dropIn.activate}`,
  );
  return [
    'Another program on this host would fight over the cluster IP:',
    ...paragraphs,
    'tg-node init --nic NIC writes these files into a folder of your choice. To start all the same, repairing what the other does within one refresh, give --ignore-second-actor or set os.ignore_second_actor: true in node.yaml.',
  ].join('\n');
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '      ');
}

import { isIPv4 } from 'node:net';
import { OsError } from '../reconciler/ports';

const SUFFIX = ':cip';
/** IFNAMSIZ less its terminating zero. */
const MAX_LABEL = 15;

/** The longest NIC name that leaves room for our label. */
export const MAX_NIC_NAME = MAX_LABEL - SUFFIX.length;

/** The kernel label that marks a cluster IP of ours on a NIC: it survives refreshes and dhclient's flushes. */
export function labelOf(device: string): string {
  return `${device}${SUFFIX}`;
}

/** Whether a label is one of ours. */
export function isOurLabel(label: string): boolean {
  return label.endsWith(SUFFIX);
}

/** Why a NIC cannot hold a cluster IP because of its name; null when it can. */
export function unusableNicName(device: string): string | null {
  if (device.length <= MAX_NIC_NAME) return null;
  return (
    `the NIC name ${device} has ${device.length} characters; at most ${MAX_NIC_NAME} leave room for the label ` +
    `NIC${SUFFIX} (${MAX_LABEL} in all). Rename the NIC, e.g. with a systemd .link file`
  );
}

/** Refuses what would not parse as a word of an `ip` command: it would end the batch, or mean something else. */
export function checkWords(device: string, ...addresses: string[]): void {
  const tooLong = unusableNicName(device);
  if (tooLong !== null) throw new OsError('failed', 'ask-a-person', tooLong);
  if (!/^[^\s/:\\"#]+$/.test(device) || device.startsWith('-')) {
    throw new OsError('no-device', 'ask-a-person', `${JSON.stringify(device)} is not the name of a NIC`);
  }
  for (const address of addresses) {
    if (!isIPv4(address)) {
      throw new OsError('failed', 'ask-a-person', `${JSON.stringify(address)} is not an IPv4 address`);
    }
  }
}

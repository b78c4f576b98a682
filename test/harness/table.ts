import Table from 'cli-table3';
import type { Colors } from 'picocolors/types';

/** What an ENI and its NIC hold at one moment, as the table shows it. */
export interface Snapshot {
  /** Addresses of the ENI, each with a word on what it is ("primary", "secondary"). */
  eni: ReadonlyMap<string, string>;
  /** Addresses of the NIC, each with a word on its being bound. */
  nic: ReadonlyMap<string, string>;
}

/** One table of ENI and NIC before and after a step: a row per address, what changed in colour (if `colours` has any). */
export function changeTable(
  names: { eni: string; nic: string },
  before: Snapshot,
  after: Snapshot,
  colours: Colors,
): string {
  const table = new Table({
    head: ['address', `${names.eni} before`, 'after', `${names.nic} before`, 'after'],
    style: { head: [], border: [], compact: true },
  });
  for (const address of sortedAddresses(before, after)) {
    table.push([
      address,
      ...cells(before.eni.get(address), after.eni.get(address), colours),
      ...cells(before.nic.get(address), after.nic.get(address), colours),
    ]);
  }
  return table.toString();
}

function cells(before: string | undefined, after: string | undefined, colours: Colors): [string, string] {
  const show = (text: string | undefined) => text ?? '-';
  if (before === after) return [show(before), show(after)];
  return [show(before), after === undefined ? colours.red('gone') : colours.green(after)];
}

const sortedAddresses = (...snapshots: Snapshot[]) => {
  const all = new Set(snapshots.flatMap(({ eni, nic }) => [...eni.keys(), ...nic.keys()]));
  const key = (address: string) => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return [...all].sort((a, b) => key(a) - key(b));
};

import type { Namespace } from './namespace';

/** An IPv4 address that a NIC has bound. */
export interface NicAddress {
  address: string;
  prefixLength: number;
  /** The kernel's label; equals the device when nobody set one. */
  label: string;
  /** Seconds until the kernel removes it; null: for ever. */
  validSeconds: number | null;
}

interface IpJson {
  addr_info?: { family?: string; local?: string; prefixlen?: number; label?: string; valid_life_time?: number }[];
}

const FOREVER = 4_294_967_295;

/** What the kernel has bound on a NIC now, asked by `ip` itself rather than by the daemon. */
export async function viewNic(namespace: Namespace, device: string): Promise<NicAddress[]> {
  const links = JSON.parse(await namespace.ip('-j', '-4', 'addr', 'show', 'dev', device)) as IpJson[];
  return links
    .flatMap((link) => link.addr_info ?? [])
    .filter((info) => info.local !== undefined)
    .map(({ local, prefixlen, label, valid_life_time }) => ({
      address: local!,
      prefixLength: prefixlen ?? 32,
      label: label ?? device,
      validSeconds: valid_life_time === undefined || valid_life_time === FOREVER ? null : valid_life_time,
    }));
}

import * as z from 'zod';
import type { BoundAddress } from '../reconciler/ports';

const FOREVER = 4294967295;

/** iproute2 leaves empty objects where a filter dropped an entry: every field may be missing. */
const Links = z.array(
  z.looseObject({
    ifindex: z.number().optional(),
    ifname: z.string().optional(),
    address: z.string().optional(),
    flags: z.array(z.string()).optional(),
    addr_info: z
      .array(
        z.looseObject({
          family: z.string().optional(),
          local: z.string().optional(),
          prefixlen: z.number().optional(),
          label: z.string().optional(),
          valid_life_time: z.number().optional(),
        }),
      )
      .optional(),
  }),
);

const Rules = z.array(
  z.looseObject({
    priority: z.number().optional(),
    src: z.string().optional(),
    dst: z.string().optional(),
    iif: z.string().optional(),
    table: z.string().optional(),
    protocol: z.string().optional(),
  }),
);

const Routes = z.array(
  z.looseObject({
    dst: z.string().optional(),
    dev: z.string().optional(),
    metric: z.number().optional(),
    table: z.string().optional(),
  }),
);

/** A NIC as the kernel knows it. */
export interface Link {
  index: number;
  device: string;
  /** Lower case; absent on devices without one (tunnels). */
  mac?: string;
  /** Switched on, and there is a carrier. */
  up: boolean;
}

/** A rule of the routing policy database. */
export interface PolicyRule {
  priority: number;
  src: string;
  /** Empty: any. */
  dst: string;
  /** The NIC that a packet came in by; empty: any. */
  iif: string;
  table: string;
  protocol: string;
}

/** The default route of a routing table. */
export interface TableRoute {
  table: string;
  device: string;
}

/** Reads `ip -N -j -4 addr show`. */
export function parseAddresses(json: string): BoundAddress[] {
  return Links.parse(readJson(json)).flatMap(({ ifname, addr_info }) =>
    (addr_info ?? []).flatMap((entry): BoundAddress[] => {
      if (ifname === undefined || entry.local === undefined || entry.family !== 'inet') return [];
      return [
        {
          address: entry.local,
          prefixLength: entry.prefixlen ?? 32,
          device: ifname,
          label: entry.label ?? ifname,
          validSeconds:
            entry.valid_life_time === undefined || entry.valid_life_time === FOREVER ? null : entry.valid_life_time,
        },
      ];
    }),
  );
}

/** Reads `ip -N -j link show`. */
export function parseLinks(json: string): Link[] {
  return Links.parse(readJson(json)).flatMap(({ ifindex, ifname, address, flags = [] }): Link[] => {
    if (ifindex === undefined || ifname === undefined) return [];
    const up = flags.includes('UP') && flags.includes('LOWER_UP');
    return [{ index: ifindex, device: ifname, up, ...(address === undefined ? {} : { mac: address.toLowerCase() }) }];
  });
}

/** Reads `ip -N -j -4 rule show`. */
export function parseRules(json: string): PolicyRule[] {
  return Rules.parse(readJson(json)).map(({ priority, src, dst, iif, table, protocol }) => ({
    priority: priority ?? 0,
    src: src ?? 'all',
    dst: dst ?? '',
    iif: iif ?? '',
    table: table ?? 'main',
    protocol: protocol ?? 'kernel',
  }));
}

/** The NIC of the best default route in `ip -N -j -4 route show default`; null without one. */
export function parseDefaultDevice(json: string): string | null {
  const best = Routes.parse(readJson(json))
    .filter(({ dev }) => dev !== undefined)
    .sort((a, b) => (a.metric ?? 0) - (b.metric ?? 0))[0];
  return best?.dev ?? null;
}

/** The default routes of the numbered tables in `ip -N -j -4 route show table all default`. */
export function parseTables(json: string): TableRoute[] {
  return Routes.parse(readJson(json)).flatMap(({ dev, table }) =>
    dev === undefined || table === undefined ? [] : [{ table, device: dev }],
  );
}

/** iproute2 prints nothing at all where there is nothing to show. */
function readJson(json: string): unknown {
  return json.trim() === '' ? [] : JSON.parse(json);
}

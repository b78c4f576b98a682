import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { Interface, NetworkConfig, Refusal } from '@tg/api';
import type { WriteOutcome } from './config-store';

const MAX_REFUSALS = 20;
const MAX_WRITES = 32;

/** What is stored: the config, and per NIC what must be known to put a refused write back. */
export const ConfigState = z.object({
  format: z.literal(1),
  version: z.int().min(0),
  config: NetworkConfig,
  /** The version in which each NIC's entry last changed. */
  changed: z.record(z.string(), z.int()),
  /** NICs with writes that are not confirmed yet. */
  pending: z.record(
    z.string(),
    z.object({
      /** The entry last in force; null: there was none. */
      prior: Interface.nullable(),
      /** The unconfirmed writes, oldest first; the last one is in the config. */
      writes: z.array(z.object({ version: z.int(), entry: Interface.nullable() })).min(1),
    }),
  ),
  /** Newest first; each stands for the config versions `version` to `through`. */
  refusals: z.array(Refusal.extend({ through: z.int() })),
});

/** See the schema of the same name. Values are never changed in place. */
export type ConfigState = z.infer<typeof ConfigState>;

/** The state of a node that nobody has written to. */
export const EMPTY: ConfigState = { format: 1, version: 0, config: {}, changed: {}, pending: {}, refusals: [] };

/** An accepted write of the whole config. */
export function put(state: ConfigState, config: NetworkConfig): ConfigState {
  const version = state.version + 1;
  const before = entriesOf(state.config);
  const after = entriesOf(config);
  const changed = new Map(Object.entries(state.changed));
  const pending = new Map(Object.entries(state.pending));
  for (const nic of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(nic) ?? null;
    const entry = after.get(nic) ?? null;
    if (isDeepStrictEqual(old, entry)) continue;
    const open = pending.get(nic) ?? { prior: old, writes: [] };
    changed.set(nic, version);
    pending.set(nic, { ...open, writes: [...open.writes, { version, entry }].slice(-MAX_WRITES) });
  }
  return { ...state, version, config, changed: Object.fromEntries(changed), pending: Object.fromEntries(pending) };
}

/** The NIC's entry as of `version` is in force. Returns the same object when that was known. */
export function confirm(state: ConfigState, nic: string, version: number): ConfigState {
  const open = own(state.pending, nic);
  const reached = open?.writes.filter((write) => write.version <= version).at(-1);
  if (open === undefined || reached === undefined) return state;
  const writes = open.writes.filter((write) => write.version > version);
  const others = without(state.pending, nic);
  return {
    ...state,
    pending: writes.length === 0 ? others : { ...others, [nic]: { prior: reached.entry, writes } },
    // Whoever wrote this value has seen what became of the ones before.
    refusals: state.refusals.filter((refusal) => refusal.nic !== nic),
  };
}

/** Puts back what was in force before `refusal.address` was written; null when that is not what is wanted any more. */
export function revert(state: ConfigState, refusal: Refusal): ConfigState | null {
  const { nic, address } = refusal;
  const open = own(state.pending, nic);
  const wanted = open?.writes.at(-1)?.entry?.clusterIP;
  if (open === undefined || wanted === undefined || wanted !== address) return null;

  const version = state.version + 1;
  const refusals = open.writes.flatMap((write, i) =>
    write.entry?.clusterIP === address
      ? [{ ...refusal, version: write.version, through: (open.writes[i + 1]?.version ?? version) - 1 }]
      : [],
  );
  return {
    ...state,
    version,
    config: withEntry(state.config, nic, open.prior),
    changed: { ...state.changed, [nic]: version },
    pending: without(state.pending, nic),
    refusals: [...refusals.reverse(), ...state.refusals].slice(0, MAX_REFUSALS),
  };
}

/** What became of write `version` as far as `nic` is concerned; null for a version that was never written. */
export function outcomeOf(state: ConfigState, version: number, nic: string): WriteOutcome | null {
  if (version < 1 || version > state.version) return null;
  const refused = state.refusals.find((r) => r.nic === nic && r.version <= version && version <= r.through);
  if (refused !== undefined) {
    const { through: _, ...refusal } = refused;
    return { outcome: 'refused', refusal };
  }
  if ((own(state.changed, nic) ?? 0) > version) return { outcome: 'superseded' };
  return { outcome: own(state.pending, nic) === undefined ? 'applied' : 'pending' };
}

/** The entry of a NIC; undefined when the config has none. */
export function entryOf(config: NetworkConfig, nic: string): Interface | undefined {
  return config.interfaces?.find((entry) => entry.nic === nic);
}

function entriesOf(config: NetworkConfig): Map<string, Interface> {
  return new Map((config.interfaces ?? []).map((entry) => [entry.nic, entry]));
}

/** The config with the NIC's entry replaced in its place, added at the end, or (null) removed. */
export function withEntry(config: NetworkConfig, nic: string, entry: Interface | null): NetworkConfig {
  const interfaces = config.interfaces ?? [];
  const put = entry === null ? null : withoutTakenAddress(interfaces, entry);
  const index = interfaces.findIndex((one) => one.nic === nic);
  const rest = interfaces.filter((one) => one.nic !== nic);
  const next = put === null ? rest : index < 0 ? [...rest, put] : interfaces.map((one, i) => (i === index ? put : one));
  if (next.length > 0 || config.interfaces !== undefined) return { ...config, interfaces: next };
  return config;
}

/** Another NIC may have been given the address meanwhile; an address is never on two. */
function withoutTakenAddress(interfaces: readonly Interface[], entry: Interface): Interface {
  const taken = interfaces.some((other) => other.nic !== entry.nic && other.clusterIP === entry.clusterIP);
  if (!entry.clusterIP || !taken) return entry;
  const { clusterIP: _, ...rest } = entry;
  return rest;
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

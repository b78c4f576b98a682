import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { Interface, NetworkConfig, Refusal } from '@tg/api';
import type { WriteOutcome } from './config-store';

const MAX_REFUSALS = 50;
const MAX_WRITES = 32;

/** What is stored: the config, and per NIC what must be known to put a refused write back. */
export const ConfigState = z.object({
  format: z.literal(1),
  version: z.int().min(0),
  config: NetworkConfig,
  /** What of `config` is the cluster's; absent: this node is in none. */
  cluster: NetworkConfig.optional(),
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
  refusals: z.array(
    Refusal.extend({
      through: z.int(),
      /** A later value of the NIC was confirmed: kept as the outcome of its write, no longer shown as trouble. */
      past: z.boolean().optional(),
    }),
  ),
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

/** The same, when what of the config is the cluster's changes too (null: nothing any more); `config` may be what it was. */
export function putWithCluster(state: ConfigState, config: NetworkConfig, cluster: NetworkConfig | null): ConfigState {
  const { cluster: _, ...rest } = isDeepStrictEqual(state.config, config) ? state : put(state, config);
  return cluster === null ? rest : { ...rest, cluster };
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
    refusals: state.refusals.map((refusal) => (refusal.nic === nic ? { ...refusal, past: true } : refusal)),
  };
}

/**
 * Puts back what was in force before `refusal.address` was written; null when that is not what is wanted any more.
 * NICs between which addresses were moved in writes that are still open go back together: an address that was in
 * force is never lost by a refusal.
 */
export function revert(state: ConfigState, refusal: Refusal): ConfigState | null {
  const { nic, address } = refusal;
  const wanted = own(state.pending, nic)?.writes.at(-1)?.entry?.clusterIP;
  if (wanted === undefined || wanted !== address) return null;

  const version = state.version + 1;
  const nics = linkedBy(state, nic);
  const refusals = nics.flatMap((one) => refusalsOf(state, one, refusal, version));
  let config = state.config;
  // First all without their addresses: they may trade them.
  for (const one of nics) config = withEntry(config, one, bare(own(state.pending, one)?.prior ?? null));
  for (const one of nics) config = withEntry(config, one, own(state.pending, one)?.prior ?? null);
  return {
    ...state,
    version,
    config,
    changed: { ...state.changed, ...Object.fromEntries(nics.map((one) => [one, version])) },
    pending: Object.fromEntries(Object.entries(state.pending).filter(([one]) => !nics.includes(one))),
    refusals: [...refusals, ...state.refusals].slice(0, MAX_REFUSALS),
  };
}

/** The NIC, and every NIC that must go back with it so that no address in force is left without a place. */
function linkedBy(state: ConfigState, first: string): string[] {
  const now = entriesOf(state.config);
  const open = Object.entries(state.pending);
  const linked = new Set([first]);
  // A set's iteration reaches what is added on the way.
  for (const nic of linked) {
    const given = now.get(nic)?.clusterIP;
    const back = own(state.pending, nic)?.prior?.clusterIP;
    const writtenAt = new Set(own(state.pending, nic)?.writes.map(({ version }) => version));
    for (const [other, { prior, writes }] of open) {
      const together = writes.some(({ version }) => writtenAt.has(version));
      // The other one gave up what this one now loses, or has what this one gets back.
      const gave = given && together && prior?.clusterIP === given && now.get(other)?.clusterIP !== given;
      const has = back && now.get(other)?.clusterIP === back;
      if (gave || has) linked.add(other);
    }
  }
  return [...linked];
}

/** What is kept of the open writes of one NIC that goes back, newest first. */
function refusalsOf(state: ConfigState, nic: string, refusal: Refusal, version: number): ConfigState['refusals'] {
  const writes = own(state.pending, nic)?.writes ?? [];
  const through = (i: number) => (writes[i + 1]?.version ?? version) - 1;
  if (nic === refusal.nic) {
    return writes
      .flatMap((write, i) =>
        write.entry?.clusterIP === refusal.address ? [{ ...refusal, version: write.version, through: through(i) }] : [],
      )
      .reverse();
  }
  const last = writes.at(-1);
  if (last === undefined) return [];
  const { address: _, ...rest } = refusal;
  const address = last.entry?.clusterIP ? { address: last.entry.clusterIP } : {};
  const message = `${nic} was put back together with ${refusal.nic}, as addresses move between them: ${refusal.message}`;
  return [{ ...rest, ...address, nic, message, version: last.version, through: version - 1 }];
}

/**
 * What became of write `version` as far as `nic` is concerned; null for a version that was never written, and for a NIC
 * that no write ever concerned.
 */
export function outcomeOf(state: ConfigState, version: number, nic: string): WriteOutcome | null {
  if (version < 1 || version > state.version || own(state.changed, nic) === undefined) return null;
  const refused = state.refusals.find((r) => r.nic === nic && r.version <= version && version <= r.through);
  if (refused !== undefined) {
    return { outcome: 'refused', refusal: shown(refused) };
  }
  if ((own(state.changed, nic) ?? 0) > version) return { outcome: 'superseded' };
  return { outcome: own(state.pending, nic) === undefined ? 'applied' : 'pending' };
}

/** A kept refusal as the API reports it. */
export function shown({ through: _, past: __, ...refusal }: ConfigState['refusals'][number]): Refusal {
  return refusal;
}

/** The NICs whose cluster IP was confirmed on them and has been wanted there ever since. */
export function nicsInForce({ config, pending }: ConfigState): Set<string> {
  const inForce = (config.interfaces ?? []).filter(({ nic, clusterIP }) => {
    const open = own(pending, nic);
    const since = open === undefined ? [] : [open.prior, ...open.writes.map(({ entry }) => entry)];
    return Boolean(clusterIP) && since.every((entry) => entry?.clusterIP === clusterIP);
  });
  return new Set(inForce.map(({ nic }) => nic));
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
  return entry.clusterIP && taken ? bare(entry) : entry;
}

/** The entry without its address. */
function bare<T extends Interface | null>(entry: T): T {
  if (entry?.clusterIP === undefined) return entry;
  const { clusterIP: _, ...rest } = entry;
  return rest as T;
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

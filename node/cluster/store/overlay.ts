import type { Interface, NetworkConfig } from '@tg/api';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A node's config with the cluster's part in it: `was` is what of `config` is the cluster's, `is` what is to be in its
 * place. Fields that neither has stay the node's own; a cluster IP never does.
 */
export function overlay(config: NetworkConfig, was: NetworkConfig | null, is: NetworkConfig): NetworkConfig {
  const { interfaces: entriesWere = [], ...restWas } = was ?? {};
  const { interfaces: entriesAre = [], ...restIs } = is;
  const { interfaces: _, ...rest } = config;
  const before = new Map(entriesWere.map((entry) => [entry.nic, entry]));
  const after = new Map(entriesAre.map((entry) => [entry.nic, entry]));
  const here = config.interfaces ?? [];
  const entries = here.flatMap((entry): Interface[] => {
    const { nic } = entry;
    const next = replace(withoutAddress(entry), before.get(nic) ?? {}, after.get(nic) ?? {}) as Interface;
    const sorted = inOrderOf(next, entry);
    const isBare = Object.keys(sorted).length === 1;
    return isBare && before.has(nic) && !after.has(nic) ? [] : [sorted];
  });
  const added = entriesAre.filter(({ nic }) => !here.some((entry) => entry.nic === nic));
  const interfaces = [...entries, ...added];
  const whole = inOrderOf(
    { ...replace(rest, restWas, restIs), ...(interfaces.length > 0 || config.interfaces ? { interfaces } : {}) },
    config,
  );
  return whole;
}

/** The cluster's part of what a client wrote as the config of a member, given what of the config was the cluster's. */
export function clusterPartOf(config: NetworkConfig, was: NetworkConfig): NetworkConfig {
  const { interfaces: entriesWere = [], ...restWas } = was;
  const before = new Map(entriesWere.map((entry) => [entry.nic, entry]));
  const written = (config.interfaces ?? []).flatMap((entry): Interface[] => {
    const owned = before.get(entry.nic);
    if (owned === undefined && !entry.clusterIP) return [];
    const keys = new Set(['nic', ...Object.keys(owned ?? {}), ...(entry.clusterIP ? ['clusterIP'] : [])]);
    if (!entry.clusterIP) keys.delete('clusterIP');
    return [Object.fromEntries(Object.entries(entry).filter(([key]) => keys.has(key))) as Interface];
  });
  const kept = entriesWere.flatMap(({ nic }) => written.filter((entry) => entry.nic === nic));
  const interfaces = [...kept, ...written.filter(({ nic }) => !before.has(nic))];
  const rest = Object.fromEntries(
    Object.entries(config).filter(([key]) => key !== 'interfaces' && Object.hasOwn(restWas, key)),
  );
  return { ...rest, ...(interfaces.length > 0 ? { interfaces } : {}) };
}

/** The cluster IPs of a config and nothing else. */
export function addressesOf(config: NetworkConfig): NetworkConfig {
  const interfaces = (config.interfaces ?? []).flatMap(({ nic, clusterIP }) => (clusterIP ? [{ nic, clusterIP }] : []));
  return interfaces.length > 0 ? { interfaces } : {};
}

function withoutAddress(entry: Interface): Interface {
  if (!entry.clusterIP) return entry;
  const { clusterIP: _, ...rest } = entry;
  return rest;
}

/** `fields` with the keys of `was` gone and those of `is` set. */
function replace(fields: Fields, was: Fields, is: Fields): Fields {
  const kept = Object.entries(fields).filter(([key]) => key === 'nic' || !Object.hasOwn(was, key));
  return { ...Object.fromEntries(kept), ...is };
}

/** The same fields with those that `model` has in its order, so that what was sent comes back as it was sent. */
function inOrderOf<T extends object>(fields: T, model: object): T {
  const keys = [...Object.keys(model), ...Object.keys(fields)];
  const values = fields as Fields;
  return Object.fromEntries(
    [...new Set(keys)].filter((key) => Object.hasOwn(fields, key)).map((key) => [key, values[key]]),
  ) as T;
}

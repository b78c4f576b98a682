import type { Interface, NetworkConfig } from '@tg/api';
import type { Change, ClusterDocument } from './document';
import { interfaceField, networkField } from './fields';
import { sameJson, type Json } from './json';
import { interfaceFieldsOf, nicsOf, resolve } from './resolve';

type Entry = Readonly<Record<string, Json>>;

/** The cluster's network config in force: always a valid one, whatever was written apart. */
export function networkOf(document: ClusterDocument): NetworkConfig {
  const resolved = resolve(document);
  const prefix = networkField('');
  const config: Record<string, Json> = {};
  for (const [field, value] of resolved.inForce) {
    if (field.startsWith(prefix)) set(config, field.slice(prefix.length), value);
  }
  const interfaces = nicsOf(resolved).map((nic) => {
    const entry: Record<string, Json> = { nic };
    for (const [key, value] of interfaceFieldsOf(resolved, nic)) set(entry, key, value);
    return entry;
  });
  const whole: Entry = interfaces.length === 0 ? config : { ...config, interfaces };
  return whole;
}

/** The changes that make `after` of `before`. */
export function diff(before: NetworkConfig, after: NetworkConfig): Change[] {
  const { interfaces: entriesBefore = [], ...restBefore } = before;
  const { interfaces: entriesAfter = [], ...restAfter } = after;
  const changes = changesOf(restBefore as Entry, restAfter as Entry, networkField);
  const old = new Map(entriesBefore.map((entry) => [entry.nic, entry]));
  for (const { nic } of entriesBefore) {
    if (!entriesAfter.some((entry) => entry.nic === nic)) changes.push({ field: interfaceField(nic) });
  }
  for (const entry of entriesAfter) {
    const was = old.get(entry.nic);
    if (was === undefined) changes.push({ field: interfaceField(entry.nic), value: true });
    changes.push(...changesOf(keysOf(was), keysOf(entry), (key) => interfaceField(entry.nic, key)));
  }
  const order = entriesAfter.map(({ nic }) => nic);
  const isNew = order.some((nic) => !old.has(nic));
  const kept = entriesBefore.map(({ nic }) => nic).filter((nic) => order.includes(nic));
  if (isNew || !sameJson(kept, order)) changes.push({ field: 'order', value: order });
  return changes;
}

function changesOf(before: Entry, after: Entry, fieldOf: (key: string) => string): Change[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key): Change[] => {
    const value = own(after, key);
    if (sameJson(own(before, key), value)) return [];
    return [value === undefined ? { field: fieldOf(key) } : { field: fieldOf(key), value }];
  });
}

function keysOf(entry: Interface | undefined): Entry {
  if (entry === undefined) return {};
  const { nic: _, ...rest } = entry;
  return rest as Entry;
}

const own = (record: Entry, key: string): Json | undefined => (Object.hasOwn(record, key) ? record[key] : undefined);

/** Also where the key is `__proto__`. */
const set = (record: Record<string, Json>, key: string, value: Json): void =>
  void Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true });

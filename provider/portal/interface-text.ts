import type { FieldValue, InterfaceChange, InterfaceField, InterfaceValues } from './interface-fields';
import { emptyToNull, FIELD_NAMES, INTERFACE_FIELDS, sameValue } from './interface-fields';
import type { JsonNode } from './json-text';
import { member, parseJson } from './json-text';
import { PortalError } from './portal-error';
import { append, remove, replaceValue } from './splice';

const WHAT = 'The network config';

/** The entry of `nic` in the text of a network config, or null when it has none. */
export function readInterface(network: string, nic: string): InterfaceValues | null {
  const entry = locate(network, nic).entry;
  return entry === null ? null : valuesOf(entry.node, nic);
}

/** What {@link editInterface} made of a text. */
export interface InterfaceEdit {
  /** The network config, the same text when nothing had to change. */
  readonly network: string;
  /** The entry did not exist before. */
  readonly created: boolean;
  /** What the fields of the entry were before. */
  readonly before: InterfaceValues | null;
}

/** Writes fields into the entry of `nic`, which is added when there is none. Every byte outside of those fields stays. */
export function editInterface(network: string, nic: string, change: InterfaceChange): InterfaceEdit {
  const { root, entry, interfaces } = locate(network, nic);
  if (entry === null) {
    const fields = FIELD_NAMES.map((name) => [name, emptyToNull(change[name] ?? null)] as const).filter(
      ([, v]) => v !== null,
    );
    const added = { nic, ...Object.fromEntries(fields) };
    const text =
      interfaces === undefined
        ? append(network, root, [added], 'interfaces')
        : interfaces.type === 'null'
          ? replaceValue(network, interfaces, [added])
          : append(network, interfaces, added);
    return { network: text, created: true, before: null };
  }
  const before = valuesOf(entry.node, nic);
  let text = network;
  for (const name of FIELD_NAMES) {
    const wanted = change[name];
    if (wanted === undefined || sameValue(wanted, before[name])) continue;
    text = setField(text, nic, name, emptyToNull(wanted));
  }
  return { network: text, created: false, before };
}

/**
 * Takes `fields` out of the entry of `nic`; with `entryIfBare` the whole entry if nothing but its name is left, so that what others put
 * into it (routes, VLANs) is never lost. Otherwise the entry goes only if that leaves its name alone, without a key more, and it had no
 * `ip`: such an entry says nothing. A NIC without an entry is left so.
 */
export function clearInterface(
  network: string,
  nic: string,
  fields: readonly InterfaceField[],
  entryIfBare: boolean,
): InterfaceEdit {
  const found = locate(network, nic).entry;
  if (found === null) return { network, created: false, before: null };
  const change: InterfaceChange = Object.fromEntries(fields.map((name) => [name, null]));
  const cleared = editInterface(network, nic, change);
  const { entry, interfaces } = locate(cleared.network, nic);
  if (entry === null || interfaces === undefined) return cleared;
  const saysNothing = (entry.node.children ?? []).length === 1 && !isBare(found.node) && cleared.before?.ip == null;
  if (!(entryIfBare && isBare(entry.node)) && !saysNothing) return cleared;
  return { ...cleared, network: remove(cleared.network, interfaces, entry.index) };
}

interface Located {
  readonly root: JsonNode;
  /** The array, or a JSON null; undefined when the config has none. */
  readonly interfaces: JsonNode | undefined;
  readonly entry: { readonly node: JsonNode; readonly index: number } | null;
}

function locate(network: string, nic: string): Located {
  const root = parseJson(network, WHAT);
  if (root.type !== 'object') throw new PortalError('protocol', `${WHAT} is not a JSON object.`);
  const interfaces = member(root, 'interfaces', WHAT);
  if (interfaces === undefined || interfaces.type === 'null') return { root, interfaces, entry: null };
  if (interfaces.type !== 'array') throw new PortalError('protocol', `${WHAT}'s "interfaces" is not an array.`);
  const entries = (interfaces.children ?? []).map((node, index) => ({ node, index }));
  const matching = entries.filter(
    ({ node }) => node.type === 'object' && member(node, 'nic', `An interface of the network config`)?.value === nic,
  );
  if (matching.length > 1) {
    throw new PortalError(
      'protocol',
      `${WHAT} lists ${nic} twice; remove one of the two entries there, then run terraform again.`,
    );
  }
  return { root, interfaces, entry: matching[0] ?? null };
}

function valuesOf(entry: JsonNode, nic: string): InterfaceValues {
  const values = FIELD_NAMES.map((name) => [name, valueOf(entry, name, nic)]);
  return Object.fromEntries(values) as InterfaceValues;
}

function valueOf(entry: JsonNode, name: InterfaceField, nic: string): FieldValue {
  const node = member(entry, name, `The entry of ${nic}`);
  if (node === undefined || node.type === 'null') return null;
  const wanted = INTERFACE_FIELDS[name];
  const fits =
    wanted === 'strings'
      ? node.type === 'array' && (node.children ?? []).every((child) => child.type === 'string')
      : node.type === wanted;
  if (!fits) {
    throw new PortalError(
      'protocol',
      `In the entry of ${nic}, "${name}" should be ${JSON_NAMES[wanted]} and is ${node.type === 'object' ? 'an object' : `of type ${node.type}`}.`,
    );
  }
  const value =
    wanted === 'strings' ? (node.children ?? []).map((child) => child.value as string) : (node.value as FieldValue);
  return emptyToNull(value);
}

const JSON_NAMES = {
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  strings: 'a list of texts',
} as const;

/** Whether an entry says nothing but its NIC's name: every other field is one of the API's ways to say "not set". */
function isBare(entry: JsonNode): boolean {
  return (entry.children ?? []).every((property) => {
    const [key, value] = property.children ?? [];
    if (key?.value === 'nic' || value === undefined) return true;
    if (value.type === 'array' || value.type === 'object') return (value.children ?? []).length === 0;
    return value.type === 'null' || value.value === '' || value.value === 0 || value.value === false;
  });
}

function setField(text: string, nic: string, name: InterfaceField, value: FieldValue): string {
  const entry = locate(text, nic).entry?.node;
  if (entry === undefined) return text;
  const index = (entry.children ?? []).findIndex((property) => property.children?.[0]?.value === name);
  if (value === null) return index < 0 ? text : remove(text, entry, index);
  const current = entry.children?.[index]?.children?.[1];
  return current === undefined ? append(text, entry, value, name) : replaceValue(text, current, value);
}

/** The NICs that have an entry, in order. */
export function listInterfaces(network: string): string[] {
  const { interfaces } = locate(network, '');
  const names = (interfaces?.children ?? []).map(
    (node) => (node.type === 'object' ? member(node, 'nic', WHAT)?.value : undefined) as unknown,
  );
  return names.filter((name): name is string => typeof name === 'string');
}

import { isUnknown } from '../../framework/cty/unknown';
import type { Value } from '../../framework/cty/value';
import type { FieldValue, InterfaceChange, InterfaceField, InterfaceValues } from '../../portal/interface-fields';
import { emptyToNull, sameValue } from '../../portal/interface-fields';
import type { NodeInterfaceConfig, NodeInterfacePlan, NodeInterfaceState } from './schema';

/** The attributes that are fields of the interface at the node, and what the API calls them. */
export const FIELD_OF = {
  cluster_ip: 'clusterIP',
  ip: 'ip',
  dhcp: 'dhcp',
  gateway: 'gateway',
  vrf: 'vrf',
  dns: 'dns',
  mode: 'mode',
  duplex: 'duplex',
  speed: 'speed',
  mtu: 'mtu',
} as const satisfies Readonly<Record<string, InterfaceField>>;

export type FieldAttribute = keyof typeof FIELD_OF;

export const FIELD_ATTRIBUTES = Object.keys(FIELD_OF) as FieldAttribute[];

/** Attributes for which a user can write a value that the API does not keep apart from "not set". */
const EMPTY_CAN_BE_WRITTEN: ReadonlySet<FieldAttribute> = new Set(['dhcp', 'vrf', 'dns', 'speed', 'mtu']);

/** The attribute that the API's field is, for messages; undefined for a field that this resource does not have. */
export function attributeOf(apiField: InterfaceField): FieldAttribute;
export function attributeOf(apiField: string): FieldAttribute | undefined;
export function attributeOf(apiField: string): FieldAttribute | undefined {
  return FIELD_ATTRIBUTES.find((name) => FIELD_OF[name] === apiField);
}

/** The attributes that the configuration names, known yet or not. */
export function namedIn(config: NodeInterfaceConfig): FieldAttribute[] {
  return FIELD_ATTRIBUTES.filter((name) => config[name] !== null);
}

/**
 * The fields to write: those that the configuration names, and `clusterIP` always, since without a cluster IP in the configuration there
 * shall be none. Null when one of them is not known yet.
 */
export function changeFrom(config: NodeInterfaceConfig): InterfaceChange | null {
  const change: Partial<Record<InterfaceField, FieldValue>> = { clusterIP: null };
  for (const name of namedIn(config)) {
    const value = config[name];
    if (!isFieldValue(value)) return null;
    change[FIELD_OF[name]] = value;
  }
  return change as InterfaceChange;
}

function isFieldValue(value: Value): value is string | number | boolean | readonly string[] {
  if (Array.isArray(value)) return value.every((element) => typeof element === 'string');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** The planned state with what was left open filled in from the interface as written. */
export function complete(planned: NodeInterfacePlan, id: string, written: InterfaceValues): NodeInterfaceState {
  const fields = FIELD_ATTRIBUTES.map((name) => {
    const value: Value = planned[name];
    return [name, isUnknown(value) ? written[FIELD_OF[name]] : value];
  });
  return { ...planned, ...Object.fromEntries(fields), id } as NodeInterfaceState;
}

/** The state as the node has it now. A value that means the same keeps the spelling that the state has. */
export function refreshed(state: NodeInterfaceState, id: string, actual: InterfaceValues): NodeInterfaceState {
  const fields = FIELD_ATTRIBUTES.map((name) => {
    const before = state[name];
    const now = actual[FIELD_OF[name]];
    const keep = sameValue(before, now) && (emptyToNull(before) !== null || EMPTY_CAN_BE_WRITTEN.has(name));
    return [name, keep ? before : now];
  });
  return { ...state, ...Object.fromEntries(fields), id } as NodeInterfaceState;
}

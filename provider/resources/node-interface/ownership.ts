import type { Json, PrivateState } from '../../framework/server/private-state';
import type { InterfaceField } from '../../portal/interface-fields';
import type { FieldAttribute } from './fields';
import { FIELD_ATTRIBUTES, FIELD_OF } from './fields';
import type { NodeInterfaceState } from './schema';

/** What of the interface is this resource's own: what destroy takes away. Kept in the private state. */
export interface Ownership {
  /** The NIC had no entry before this resource made it. */
  readonly made: boolean;
  /** Attributes that this resource's configuration has ever named. */
  readonly set: readonly FieldAttribute[];
}

/** Of a resource that was imported, or whose state another provider wrote. */
export const NOTHING_OWNED: Ownership = { made: false, set: [] };

export function ownershipOf(kept: PrivateState): Ownership {
  const set = Array.isArray(kept.set) ? (kept.set as readonly Json[]) : [];
  return { made: kept.made === true, set: FIELD_ATTRIBUTES.filter((name) => set.includes(name)) };
}

export function privateOf({ made, set }: Ownership): PrivateState {
  return { made, set };
}

export function withNamed(ownership: Ownership, named: readonly FieldAttribute[]): Ownership {
  return { ...ownership, set: FIELD_ATTRIBUTES.filter((name) => ownership.set.includes(name) || named.includes(name)) };
}

/** The fields that destroy clears. A cluster IP in the state was in the configuration, whatever the private state says. */
export function ownedFields(ownership: Ownership, state: NodeInterfaceState): InterfaceField[] {
  const cleared = FIELD_ATTRIBUTES.filter(
    (name) => ownership.set.includes(name) || (name === 'cluster_ip' && state.cluster_ip !== null),
  );
  return cleared.map((name) => FIELD_OF[name]);
}

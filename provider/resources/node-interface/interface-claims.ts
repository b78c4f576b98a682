import type { InterfaceChange, InterfaceField } from '../../portal/interface-fields';
import { sameValue } from '../../portal/interface-fields';
import type { Portal } from '../../portal/portal';
import type { Target } from '../../portal/target';
import { claimsPerRun } from '../claims';

/** Two resources of one run want different things of the same interface. */
export interface Contradiction {
  readonly field: InterfaceField;
  readonly first: InterfaceChange[InterfaceField];
  readonly second: InterfaceChange[InterfaceField];
}

/** Who wrote which interface in this run. */
export const interfaceClaims = claimsPerRun<InterfaceChange, Contradiction>({
  contradiction: contradictionOf,
  merge: (held, wanted) => ({ ...held, ...wanted }),
});

/** The same for every way to name the interface. */
export async function interfaceKey(portal: Portal, target: Target, nic: string, signal: AbortSignal): Promise<string> {
  return `${await portal.keyOf(target, signal)} ${nic}`;
}

function contradictionOf(held: InterfaceChange, wanted: InterfaceChange): Contradiction | null {
  for (const field of Object.keys(wanted) as InterfaceField[]) {
    const [first, second] = [held[field], wanted[field]];
    if (first !== undefined && second !== undefined && !sameValue(first, second)) return { field, first, second };
  }
  return null;
}

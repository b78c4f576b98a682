import { claimKey } from './claim';
import type { Binding, LedgerEntry } from './ports';

/** One thing to do to the world. Steps whose slots do not meet run side by side. */
export type Step =
  | { do: 'assign'; eniId: string; addresses: readonly string[]; allowReassignment: boolean }
  | { do: 'unassign'; eniId: string; addresses: readonly string[] }
  | { do: 'look'; eniId: string }
  | { do: 'find-holder'; eniId: string; address: string; subnetId: string }
  | { do: 'save-ledger'; entries: readonly LedgerEntry[] }
  | { do: 'list' }
  | { do: 'bind'; bindings: readonly Binding[] }
  | {
      do: 'unbind';
      addresses: readonly { address: string; device: string }[];
      /** Those of them that are bound nowhere else afterwards, so that their sessions are to be reset before. */
      disconnect: readonly { address: string; device: string }[];
      /** New connections are to be refused from then on: the VPC still sends them here. */
      refuseNew: boolean;
    };

export const lookSlot = (eniId: string): string => `look:${eniId}`;
export const mutationSlot = (eniId: string, address: string): string => `ec2:${claimKey(eniId, address)}`;
export const osSlot = (device: string, address: string): string => `os:${device}|${address}`;
export const LEDGER_SLOT = 'ledger';
export const LIST_SLOT = 'list';

/** What a step occupies while it runs: no other step with one of these may start. */
export function slotsOf(step: Step): string[] {
  switch (step.do) {
    case 'assign':
    case 'unassign':
      return step.addresses.map((address) => mutationSlot(step.eniId, address));
    case 'find-holder':
      return [mutationSlot(step.eniId, step.address)];
    case 'look':
      return [lookSlot(step.eniId)];
    case 'save-ledger':
      return [LEDGER_SLOT];
    case 'list':
      return [LIST_SLOT];
    case 'bind':
      return step.bindings.map((b) => osSlot(b.device, b.address));
    case 'unbind':
      return step.addresses.map((a) => osSlot(a.device, a.address));
  }
}

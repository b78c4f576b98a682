import type { Agenda } from './agenda';
import { keyOf } from './claim';
import type { LedgerEntry } from './ports';
import { LEDGER_SLOT } from './step';
import type { World } from './world';

/** Writes the ledger when it does not say what it ought to. */
export function planLedger(world: World, agenda: Agenda): void {
  if (world.busy.has(LEDGER_SLOT)) {
    if (world.savingSince !== null) agenda.due(world.savingSince + world.timing.ledgerTimeoutMs);
    return;
  }
  if (![...world.claims.values()].some((claim) => claim.recorded !== claim.durable)) return;
  if (agenda.due(world.ledgerTrouble?.retryAt)) agenda.do({ do: 'save-ledger', entries: ledgerEntries(world) });
}

/** What the ledger ought to say. */
export function ledgerEntries(world: World): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const claim of [...world.claims.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
    const { address, nic, eniId, recorded } = claim;
    if (recorded !== 'none') entries.push({ address, nic, eniId, state: recorded });
  }
  return entries;
}

import type { LedgerEntry, LedgerPort } from '../reconciler/ports';

/** The same ledger; `confirmed` are the addresses in it that EC2 has confirmed for this node. */
export function watchConfirmed(ledger: LedgerPort): LedgerPort & { confirmed(): { address: string; nic: string }[] } {
  let entries: readonly LedgerEntry[] = [];
  return {
    async load() {
      const loaded = await ledger.load();
      entries = loaded;
      return loaded;
    },
    async save(wanted) {
      await ledger.save(wanted);
      entries = wanted;
    },
    confirmed: () => entries.flatMap(({ address, nic, state }) => (state === 'confirmed' ? [{ address, nic }] : [])),
  };
}

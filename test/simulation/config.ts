/** One write of an operator, to one field of the cluster's config. */
export type Write =
  | { field: 'address'; nic: string; value: string | null }
  /** The NIC's whole entry goes. */
  | { field: 'entry'; nic: string; value: null }
  | { field: 'timeout'; value: number }
  | { field: 'mode'; value: 'autoFailback' | 'manualFailback' }
  | { field: 'handover'; value: 'release' | 'move' }
  /** The uid of the configured active member. */
  | { field: 'active'; value: string }
  | { field: 'enabled'; uid: string; value: boolean };

/** What a write is about: two with the same name contend. */
export function fieldOf(write: Write): string {
  switch (write.field) {
    case 'address':
    case 'entry':
      return `address of ${write.nic}`;
    case 'enabled':
      return `enabled of ${write.uid}`;
    case 'timeout':
    case 'mode':
    case 'handover':
    case 'active':
      return write.field;
  }
}

/** The config as one member shows it. */
export interface ConfigView {
  addresses: Readonly<Record<string, string>>;
  timeoutMs: number;
  mode: 'autoFailback' | 'manualFailback';
  handover: 'release' | 'move';
  active: string | null;
  enabled: Readonly<Record<string, boolean>>;
  /** Losers of a merge that nobody has cleared yet. */
  conflicts: readonly { field: string; value: unknown }[];
}

/** The value that a view shows for the field of a write, as comparable text. */
export function shown(view: ConfigView, write: Write): string {
  switch (write.field) {
    case 'address':
    case 'entry':
      return JSON.stringify(view.addresses[write.nic] ?? null);
    case 'enabled':
      return JSON.stringify(view.enabled[write.uid] ?? true);
    case 'timeout':
      return JSON.stringify(view.timeoutMs / 1000);
    case 'mode':
    case 'handover':
    case 'active':
      return JSON.stringify(view[write.field]);
  }
}

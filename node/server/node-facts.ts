import type { NicContext } from '../reconciler/types';

/** What the node knows about its own NICs when it checks a config. */
export interface NodeFacts {
  /** Every NIC that this node has, whether or not an ENI is known for it; null: they could not be listed. */
  devices: readonly string[] | null;
  /** The NICs whose ENI and subnet are known. */
  nics: readonly NicContext[];
  /** Why the ENI of a NIC is not known; `certain`: it has none, rather than nobody could be asked. */
  failures: ReadonlyMap<string, { message: string; certain: boolean }>;
}

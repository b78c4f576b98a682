import type { BoundAddress, OsPort } from '../reconciler/ports';
import { checkWords, labelOf } from './labels';

/** An OS port that binds nothing and remembers what it would have bound, for hosts where nothing may be changed. */
export function createDryRun(log: (sentence: string) => void): OsPort {
  const bound = new Map<string, BoundAddress>();
  const keyOf = ({ address, device }: { address: string; device: string }) => `${address} ${device}`;
  return {
    dryRun: true,
    list: () => Promise.resolve([...bound.values()]),
    bind(bindings) {
      for (const binding of bindings) {
        const { address, device, lifetimeSeconds } = binding;
        checkWords(device, address);
        if (!bound.has(keyOf(binding))) log(`dry run: would bind ${address}/32 on ${device}`);
        bound.set(keyOf(binding), {
          address,
          prefixLength: 32,
          device,
          label: labelOf(device),
          validSeconds: lifetimeSeconds,
        });
      }
      return Promise.resolve();
    },
    disconnect(addresses) {
      for (const one of addresses) {
        if (bound.has(keyOf(one))) log(`dry run: would reset the TCP connections of ${one.address}`);
      }
      return Promise.resolve();
    },
    unbind(addresses) {
      for (const one of addresses) {
        if (bound.delete(keyOf(one))) log(`dry run: would unbind ${one.address} from ${one.device}`);
      }
      return Promise.resolve();
    },
    watch: () => () => undefined,
  };
}

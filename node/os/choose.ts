import type { DaemonConfig } from '../daemon-config';
import { configuredNics, type HostNics } from '../nics/host-nics';
import type { OsPort } from '../reconciler/ports';
import { createDryRun } from './dry-run';
import { UNKNOWN_SETTINGS } from './host-settings';
import { createIproute2, type Iproute2 } from './iproute2';

/** The operating system as the daemon needs it; `close` ends helper processes. */
export type HostOs = OsPort & HostNics & Pick<Iproute2, 'guard' | 'hostFacts' | 'close'>;

/** What `os` of node.yaml asks for. */
export function chooseOs(config: Pick<DaemonConfig, 'os' | 'nics'>, log: (sentence: string) => void): HostOs {
  const iproute2 = createIproute2({ netns: config.os.netns ?? null });
  switch (config.os.mode) {
    case 'iproute2':
      return iproute2;
    case 'dry-run': {
      const nics = Object.keys(config.nics).length > 0 ? configuredNics(config.nics) : iproute2;
      return {
        ...createDryRun(log),
        links: () => nics.links(),
        defaultRouteDevice: () => nics.defaultRouteDevice(),
        guard: () => Promise.resolve(),
        hostFacts: () => Promise.resolve({ settings: UNKNOWN_SETTINGS, missing: [], bound: [] }),
        close: () => iproute2.close(),
      };
    }
  }
}

import type { NicOverride } from '../daemon-config';
import type { Link } from '../os/parse';

/** The NICs of the host, or of the namespace the daemon works in. Rejects with an OsError. */
export interface HostNics {
  links(): Promise<Link[]>;
  /** The NIC whose default route wins; null without one. */
  defaultRouteDevice(): Promise<string | null>;
}

/** For a dry run on a host that has not these NICs: those that node.yaml names. */
export function configuredNics(nics: Readonly<Record<string, NicOverride>>): HostNics {
  return {
    links: () =>
      Promise.resolve(
        Object.entries(nics).map(([device, { mac }], i) => ({
          index: i + 1,
          device,
          up: true,
          ...(mac === undefined ? {} : { mac: mac.toLowerCase() }),
        })),
      ),
    defaultRouteDevice: () => Promise.resolve(null),
  };
}

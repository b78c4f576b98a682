import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '@tg/api';
import { discoverInstance, discoverNic, type Imds, ImdsError } from '../cloud';
import type { NicOverride } from '../daemon-config';
import type { Link } from '../os/parse';
import { type Clock, Ec2Error, type Ec2Port, OsError } from '../reconciler/ports';
import type { NicContext } from '../reconciler/types';
import type { HostNics } from './host-nics';
import type { KnownNic, NicCache } from './nic-cache';

/** Our routing tables begin here; the NIC's index is added. Below those of the distributions' own tools (10000). */
const TABLE_BASE = 7000;
const RETRY_MS = [1000, 2000, 5000, 10_000, 30_000];

/** What the registry is made of. */
export interface RegistryOptions {
  host: HostNics;
  imds: Imds;
  ec2: Pick<Ec2Port, 'describeEni'>;
  overrides: Readonly<Record<string, NicOverride>>;
  region: string | undefined;
  cache: NicCache;
  clock: Clock;
  /** The NICs known, or one of their facts, have changed. */
  onChange: () => void;
  log: (level: 'info' | 'warn', message: string, data: Record<string, unknown>) => void;
}

/** The NICs that matter to the config, and the ENIs behind them. */
export interface NicRegistry {
  contexts(): readonly NicContext[];
  known(nic: string): KnownNic | undefined;
  /** Why a NIC's ENI is not known (or not confirmed since the start), by NIC. */
  troubles(): ReadonlyMap<string, Problem>;
  /** Every NIC of the host; null when they cannot be listed. */
  devices(): Promise<readonly Link[] | null>;
  region(): string | null;
  /** Takes over what an earlier run discovered, for NICs that still have the same MAC address. */
  restore(): Promise<void>;
  /**
   * Discovers these NICs, and no others any more, as far as they were not discovered since the start; resolves after
   * one attempt and goes on in the background.
   */
  want(nics: Iterable<string>): Promise<void>;
  /** One attempt to discover each of these that is not known; what is wrong with those that stay unknown. */
  probe(nics: Iterable<string>): Promise<ReadonlyMap<string, ProbeFailure>>;
  /** Discovers a NIC anew, e.g. when its ENI is gone. */
  forget(nic: string): void;
  stop(): void;
}

/** Why a NIC's ENI was not found. */
export interface ProbeFailure {
  message: string;
  /** True when it is known that the NIC has none, rather than that nobody could be asked. */
  certain: boolean;
}

/** Makes a registry that knows nothing yet. */
export function createNicRegistry(options: RegistryOptions): NicRegistry {
  const { host, imds, ec2, overrides, cache, clock, log } = options;
  const found = new Map<string, { known: KnownNic; context: NicContext }>();
  /** Discovered since the start, not merely remembered. */
  const fresh = new Set<string>();
  let wanted = new Set<string>();
  const troubles = new Map<string, Problem>();
  const running = new Map<string, Promise<ProbeFailure | null>>();
  const stopped = new AbortController();
  let region = options.region ?? null;
  let retrying = false;

  const contextOf = async (known: KnownNic, links: readonly Link[]): Promise<NicContext> => {
    const index = links.find(({ device }) => device === known.nic)?.index ?? 0;
    const holdsDefault = (await host.defaultRouteDevice().catch(() => null)) === known.nic;
    const { nic, eniId, subnetId, subnetCidr, primary, gateway } = known;
    const policy = holdsDefault ? null : { table: TABLE_BASE + index, gateway };
    return { nic, device: nic, eniId, subnetId, subnetCidr, primary, policy };
  };
  const learn = async (known: KnownNic, links: readonly Link[]) => {
    const context = await contextOf(known, links);
    const before = found.get(known.nic);
    found.set(known.nic, { known, context });
    if (isDeepStrictEqual(before, { known, context })) return;
    log('info', `${known.nic} is ${known.eniId}`, { ...known });
    options.onChange();
  };
  const trouble = (nic: string, message: string) => {
    if (troubles.get(nic)?.message === message) return;
    log('warn', `cannot discover the ENI of ${nic}`, { nic, error: message });
    troubles.set(nic, { code: 'nic-undiscovered', kind: 'retry-later', since: clock.wall(), nic, message });
    options.onChange();
  };

  const discover = async (nic: string): Promise<ProbeFailure | null> => {
    try {
      const links = await host.links();
      const mac = links.find(({ device }) => device === nic)?.mac ?? null;
      region ??= (await discoverInstance(imds)).region;
      const override = overrides[nic];
      const { vpcCidrs, ...facts } = await discoverNic({ nic, mac, overrides: override, imds, ec2 });
      if (stopped.signal.aborted) return null;
      fresh.add(nic);
      troubles.delete(nic);
      await learn({ ...facts, vpcCidrs, region }, links);
      await cache.save([...found.values()].map(({ known }) => known));
      return null;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (wanted.has(nic)) trouble(nic, message);
      const unanswered = error instanceof ImdsError || error instanceof Ec2Error || error instanceof OsError;
      return { message, certain: !unanswered };
    }
  };
  const once = (nic: string): Promise<ProbeFailure | null> => {
    const current = running.get(nic);
    if (current !== undefined) return current;
    const started = discover(nic).finally(() => running.delete(nic));
    running.set(nic, started);
    return started;
  };
  const missing = () => [...wanted].filter((nic) => !fresh.has(nic));

  const retryWhileMissing = async (): Promise<void> => {
    if (retrying || missing().length === 0) return;
    retrying = true;
    for (const waitMs of endlessly(RETRY_MS)) {
      await clock.sleep(waitMs, stopped.signal);
      if (stopped.signal.aborted || missing().length === 0) break;
      await Promise.all(missing().map(once));
    }
    retrying = false;
    // Something may have become missing while the last round ended.
    if (!stopped.signal.aborted) await retryWhileMissing();
  };

  return {
    contexts: () => [...found.values()].map(({ context }) => context),
    known: (nic) => found.get(nic)?.known,
    troubles: () => troubles,
    devices: () => host.links().catch(() => null),
    region: () => region,
    async restore() {
      const links = await host.links().catch((): Link[] => []);
      for (const known of await cache.load()) {
        const mac = links.find(({ device }) => device === known.nic)?.mac ?? null;
        // An image of this disk may have started as another instance, whose NICs have other addresses.
        if (mac === null || mac !== known.mac) continue;
        region ??= known.region;
        await learn(known, links);
      }
    },
    async want(nics) {
      wanted = new Set(nics);
      for (const nic of troubles.keys()) if (!wanted.has(nic)) troubles.delete(nic);
      await Promise.all(missing().map(once));
      void retryWhileMissing();
    },
    async probe(nics) {
      const unknown = [...nics].filter((nic) => !found.has(nic));
      const failures = await Promise.all(unknown.map(async (nic) => [nic, await once(nic)] as const));
      return new Map(failures.flatMap(([nic, failure]) => (failure === null ? [] : [[nic, failure]])));
    },
    forget(nic) {
      fresh.delete(nic);
      void retryWhileMissing();
    },
    stop: () => stopped.abort(),
  };
}

function* endlessly(waits: readonly number[]): Generator<number> {
  yield* waits;
  for (;;) yield waits.at(-1) ?? 0;
}

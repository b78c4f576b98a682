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
/** The host is looked at this often even when no event told of a change. */
const REVIEW_MS = 5000;
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
  /**
   * Compares the NICs with the host: one that has become another (its MAC address changed) is unknown from here on until
   * it is discovered anew; a new index or default route changes its context. Resolves when all that is done.
   */
  review(): Promise<void>;
  /** Reviews every few seconds until `stop`. */
  keepReviewing(): Promise<void>;
  /** Discovers a NIC anew, e.g. when its ENI is gone. */
  forget(nic: string): void;
  /** The same for the NIC of this ENI, as far as there is one. */
  forgetEni(eniId: string): void;
  stop(): void;
}

/** Why a NIC's ENI was not found. */
export interface ProbeFailure {
  message: string;
  /** True when it is known that the NIC has none, rather than that nobody could be asked. */
  certain: boolean;
}

interface Found {
  known: KnownNic;
  /** The MAC address that the host's NIC had when this was discovered (`known.mac` may be node.yaml's). */
  seenMac: string | null;
  context: NicContext;
}

/** Makes a registry that knows nothing yet. */
export function createNicRegistry(options: RegistryOptions): NicRegistry {
  const { host, imds, ec2, overrides, cache, clock, log } = options;
  const found = new Map<string, Found>();
  /** Discovered since the start, not merely remembered. */
  const fresh = new Set<string>();
  let wanted = new Set<string>();
  const troubles = new Map<string, Problem>();
  const running = new Map<string, Promise<ProbeFailure | null>>();
  const stopped = new AbortController();
  let region = options.region ?? null;
  let retrying = false;

  const macOf = (nic: string, links: readonly Link[]) => links.find(({ device }) => device === nic)?.mac ?? null;
  /** Undefined when that cannot be read now: then what was known of it stays. */
  const readDefault = () => host.defaultRouteDevice().catch(() => undefined);
  const contextOf = (known: KnownNic, links: readonly Link[], defaultDevice: string | null | undefined): NicContext => {
    const { nic, eniId, subnetId, subnetCidr, primary, gateway } = known;
    const before = found.get(nic)?.context;
    const index = links.find(({ device }) => device === nic)?.index ?? 0;
    const holdsDefault = defaultDevice === undefined ? before?.policy === null : defaultDevice === nic;
    const policy = holdsDefault ? null : { table: TABLE_BASE + index, gateway };
    return { nic, device: nic, eniId, subnetId, subnetCidr, primary, policy };
  };
  const learn = async (known: KnownNic, links: readonly Link[]) => {
    const context = contextOf(known, links, await readDefault());
    const now = { known, seenMac: macOf(known.nic, links), context };
    const before = found.get(known.nic);
    found.set(known.nic, now);
    if (isDeepStrictEqual(before, now)) return;
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
      const mac = macOf(nic, links);
      region ??= (await discoverInstance(imds)).region;
      const override = overrides[nic];
      const { vpcCidrs, ...facts } = await discoverNic({ nic, mac, overrides: override, imds, ec2 });
      if (stopped.signal.aborted) return null;
      // Replaced while it was being discovered: what was learned is of the NIC before.
      if (macOf(nic, await host.links()) !== mac) throw new ImdsError('unreachable', `${nic} is being replaced`);
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

  const discoverAnew = (nic: string) => {
    fresh.delete(nic);
    void once(nic).then(retryWhileMissing);
  };

  const review = async (): Promise<void> => {
    const links = await host.links().catch(() => null);
    const defaultDevice = await readDefault();
    // What cannot be read now is no change; a NIC that is gone may come back, and nothing can be bound on it.
    if (links === null) return;
    for (const [nic, { known, seenMac, context: before }] of [...found]) {
      const mac = macOf(nic, links);
      if (mac === null) continue;
      if (mac !== seenMac) {
        found.delete(nic);
        log('warn', `${nic} has become another NIC: its MAC address is ${mac}, no longer ${seenMac ?? 'unknown'}`, {
          nic,
          eniId: known.eniId,
        });
        options.onChange();
        discoverAnew(nic);
        continue;
      }
      const context = contextOf(known, links, defaultDevice);
      if (isDeepStrictEqual(before, context)) continue;
      found.set(nic, { known, seenMac, context });
      log('info', `${nic} has another index, or another part in the default route`, { ...context });
      options.onChange();
    }
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
        const mac = macOf(known.nic, links);
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
    review,
    async keepReviewing() {
      for (;;) {
        await clock.sleep(REVIEW_MS, stopped.signal);
        if (stopped.signal.aborted) return;
        await review();
      }
    },
    forget: discoverAnew,
    forgetEni(eniId) {
      for (const [nic, { known }] of found) if (known.eniId === eniId) discoverAnew(nic);
    },
    stop: () => stopped.abort(),
  };
}

function* endlessly(waits: readonly number[]): Generator<number> {
  yield* waits;
  for (;;) yield waits.at(-1) ?? 0;
}

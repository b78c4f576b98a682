import { type Binding, type BoundAddress, OsError, type OsPort } from '../reconciler/ports';
import { createDisconnector } from './disconnect';
import { osFailure } from './failure';
import { type Guarded, guardSteps } from './forward-guard';
import { type HostSettings, readHostSettings } from './host-settings';
import { IpBatch } from './ip-batch';
import { checkWords, labelOf } from './labels';
import { startMonitor, type MonitorEvent } from './monitor';
import { missingTools, type Tool } from './tools';
import {
  type Link,
  parseAddresses,
  parseDefaultDevice,
  parseLinks,
  parseRules,
  parseTables,
  type PolicyRule,
} from './parse';
import {
  type KnownPolicy,
  leftRules,
  removals,
  RULE_PROTOCOL,
  rulesThrough,
  staleRules,
  type Step,
} from './policy-rules';

/** Rules and table routes are stated again this often even when no event told of their loss. */
const RESTATE_MS = 5000;
const COALESCE_MS = 10;

/** Linux, by iproute2. `close` ends its helper processes; addresses stay as they are. */
export interface Iproute2 extends OsPort {
  links(): Promise<Link[]>;
  /** The NIC whose default route wins; null without a default route. */
  defaultRouteDevice(): Promise<string | null>;
  /**
   * From now on these addresses, and no others, are guarded against forwarding loops while they are not bound; see
   * `forward-guard.ts`. Kept in step until the next call, and left as it is by `close`. Rejects with an OsError when it
   * cannot be put in place now (it is tried again all the same).
   */
  guard(addresses: readonly Guarded[]): Promise<void>;
  /** What host-checks.ts judges. Changes nothing, not even what `list` would tidy up. */
  hostFacts(devices: readonly string[]): Promise<{ settings: HostSettings; missing: Tool[]; bound: BoundAddress[] }>;
  close(): void;
}

/** Options of {@link createIproute2}. */
export interface Iproute2Options {
  /** The network namespace the NICs live in; null: ours. */
  netns: string | null;
  now?: () => number;
}

/** The OS port on iproute2. Needs CAP_NET_ADMIN in the NICs' namespace, nothing else. */
export function createIproute2({ netns, now = () => performance.now() }: Iproute2Options): Iproute2 {
  const batch = new IpBatch(netns);
  const connections = createDisconnector({ netns, now });
  const listeners = new Set<() => void>();
  /** What was last bound, by address; `due`: when its policy is to be stated again. */
  const stated = new Map<string, { key: string; device: string; due: number; boundAt: number }>();
  /** Unbound while they are refused: their rules go when the refusal ends (by a sweep), at the latest at `close`. */
  const refused = new Map<string, { address: string; device: string }>();
  let knownPolicy: KnownPolicy = { rules: [], routes: [] };
  let guarded: readonly Guarded[] | null = null;
  let sweepAt = -Infinity;
  let stopMonitor: (() => void) | null = null;
  let notify: NodeJS.Timeout | null = null;

  const ask = async <T>(query: string, parse: (json: string) => T): Promise<T> => {
    const [answer = ''] = await batch.ask([query]);
    return readAs(query, answer, parse);
  };
  const list = () => ask('addr show', parseAddresses);
  const policies = async (): Promise<KnownPolicy> => {
    const queries = ['rule show', 'route show table all default'] as const;
    const [rules = '', routes = ''] = await batch.ask(queries);
    return { rules: readAs(queries[0], rules, parseRules), routes: readAs(queries[1], routes, parseTables) };
  };
  const restate = () => {
    sweepAt = -Infinity;
    for (const entry of stated.values()) entry.due = -Infinity;
  };

  /** Runs the steps; what each that failed would be told, in their order. What it says of `fine` is no failure. */
  const carryOut = async <S extends Step>(steps: readonly S[], fine: (step: S) => RegExp | undefined) => {
    const failures = await batch.run(steps.map(({ line }) => line));
    return steps.flatMap((step, i) => {
      const said = failures[i];
      if (said === null || said === undefined || fine(step)?.test(said) === true) return [];
      return [{ step, error: osFailure(step.task, said) }];
    });
  };

  const stateGuard = async (rules: readonly PolicyRule[]): Promise<OsError[]> => {
    if (guarded === null) return [];
    const failed = await carryOut(guardSteps(rules, guarded), () => ABSENT_OR_THERE);
    return failed.map(({ error }) => error);
  };

  /** Removes rules of ours whose address the kernel dropped (this process was frozen, or an earlier one killed). */
  const sweep = async (bound: readonly BoundAddress[]): Promise<void> => {
    if (now() < sweepAt) return;
    const known = await policies();
    const recent = now() - RESTATE_MS; // being bound just now, and not in the listing yet
    const needed = new Set(bound.map(({ address }) => address));
    const isNeeded = (source: string) =>
      // The refusal's answers need their rule, though the address is gone.
      needed.has(source) || connections.isRefusing(source) || (stated.get(source)?.boundAt ?? -Infinity) > recent;
    const failed = await carryOut(removals(known, leftRules(known, isNeeded)), () => ABSENT);
    const unguarded = await stateGuard(known.rules);
    for (const address of refused.keys()) if (!connections.isRefusing(address)) refused.delete(address);
    if (failed.length > 0 || unguarded.length > 0) return;
    sweepAt = Math.min(now() + RESTATE_MS, connections.nextEnd());
  };

  /** A rule of another table would send the replies of these out by another NIC. Read again where it cannot be read. */
  const removeStale = async (bindings: readonly Binding[]) => {
    const known = await policies().catch(() => null);
    if (known === null) {
      restate();
      return [];
    }
    const steps = bindings.flatMap((binding) =>
      removals(known, staleRules(known, binding.address, binding.policy?.table ?? null)).map((step) => ({
        ...step,
        binding,
      })),
    );
    return carryOut(steps, () => ABSENT);
  };

  const onEvent = (event: MonitorEvent) => {
    if (event === 'own-refresh') return;
    restate(); // a link that flapped has lost its table's routes, a deleted rule is gone
    notify ??= setTimeout(() => {
      notify = null;
      for (const listener of listeners) listener();
    }, COALESCE_MS);
  };

  return {
    dryRun: false,
    async list() {
      const bound = await list();
      // What could not be swept is swept after the next listing, whose own outcome it must not spoil.
      await sweep(bound).catch(() => undefined);
      return bound;
    },
    links: () => ask('link show', parseLinks),
    defaultRouteDevice: () => ask('route show default', parseDefaultDevice),

    hostFacts: async (devices) => ({
      settings: await readHostSettings(netns, devices),
      missing: missingTools(),
      bound: await list(),
    }),

    async guard(addresses) {
      guarded = addresses;
      throwAll(await stateGuard((await policies()).rules));
    },

    async bind(bindings) {
      const time = now();
      const due = new Set<Binding>();
      const newly = bindings.filter(({ address, device }) => stated.get(address)?.device !== device);
      connections.admit(bindings.map(({ address }) => address));
      for (const binding of bindings) {
        const { address, device } = binding;
        refused.delete(address);
        const key = keyOf(binding);
        const before = stated.get(address);
        const isDue = before?.key !== key || time >= before.due;
        if (isDue) due.add(binding);
        stated.set(address, { key, device, due: isDue ? time + RESTATE_MS : before.due, boundAt: time });
      }
      // The takeover waits for nothing: what was there before is read, and set right, after it is bound.
      const bound = await carryOut(
        bindings.flatMap((binding) => bindSteps(binding, due.has(binding))),
        ({ fine }) => fine,
      );
      const stale = due.size === 0 ? [] : await removeStale([...due]);
      const problems = [...bound, ...stale].map(({ step, error }) => {
        stated.delete(step.binding.address);
        return error;
      });
      connections.tookOver(newly);
      throwAll(problems);
    },

    async disconnect(addresses, { refuseNew }) {
      for (const { address, device } of addresses) checkWords(device, address);
      await connections.disconnect([...new Set(addresses.map(({ address }) => address))], refuseNew);
    },

    async unbind(addresses) {
      if (addresses.length === 0) return;
      for (const { address, device } of addresses) checkWords(device, address);
      for (const { address, device } of addresses) {
        if (stated.get(address)?.device === device) stated.delete(address);
      }
      const [bound, known] = await Promise.allSettled([list(), policies()]);
      const steps = addresses.flatMap((one) => removalsOf(one, bound.status === 'fulfilled' ? bound.value : null));
      if (known.status === 'fulfilled') {
        // The resets that answer for a refused address leave by its own NIC.
        const isRefused = ({ address }: { address: string }) => connections.isRefusing(address);
        const unrefused = addresses.filter((one) => !isRefused(one));
        steps.push(...ruleRemovals(unrefused, known.value));
        for (const one of addresses.filter(isRefused)) refused.set(one.address, one);
        knownPolicy = known.value;
      }
      const problems = (await carryOut(steps, () => ABSENT)).map(({ error }) => error);
      connections.forgetTracked(addresses.map(({ address }) => address));
      if (known.status === 'rejected') problems.push(asOsError(known.reason));
      throwAll(problems);
    },

    watch(listener) {
      if (stopMonitor === null) connections.cleanUp();
      stopMonitor ??= startMonitor(netns, onEvent);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stopMonitor?.();
        stopMonitor = null;
      };
    },

    close() {
      listeners.clear();
      stopMonitor?.();
      stopMonitor = null;
      if (notify !== null) clearTimeout(notify);
      notify = null;
      connections.close();
      batch.close(ruleRemovals([...refused.values()], knownPolicy).map(({ line }) => line));
      refused.clear();
    },
  };
}

const ABSENT =
  /Address not found|Cannot assign requested address|No such (file or directory|process)|Cannot find device/i;
const EXISTS = /File exists/i;
const ABSENT_OR_THERE = new RegExp(`${ABSENT.source}|${EXISTS.source}`, 'i');

interface BindStep extends Step {
  binding: Binding;
  /** What iproute2 says when the step had been done before. */
  fine?: RegExp;
}

function readAs<T>(query: string, answer: string, parse: (json: string) => T): T {
  try {
    return parse(answer);
  } catch (cause) {
    throw new OsError('failed', 'retry-later', `cannot read what ip ${query} printed: ${String(cause)}`, { cause });
  }
}

function keyOf({ address, device, policy }: Binding): string {
  return `${address} ${device} ${policy === null ? '-' : `${policy.table} ${policy.gateway}`}`;
}

function bindSteps(binding: Binding, statePolicy: boolean): BindStep[] {
  const { address, device, lifetimeSeconds, policy } = binding;
  checkWords(device, address, ...(policy === null ? [] : [policy.gateway]));
  if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 1) {
    throw new RangeError(`lifetimeSeconds of ${address} must be a whole number of at least 1, not ${lifetimeSeconds}`);
  }
  const steps: BindStep[] = [];
  if (policy !== null && statePolicy) {
    const { table, gateway } = policy;
    steps.push(
      {
        line: `rule add from ${address} lookup ${table} pref ${table} protocol ${RULE_PROTOCOL}`,
        task: `add the policy rule of ${address}`,
        binding,
        fine: EXISTS, // `rule add` is not idempotent, and there is no `rule replace`
      },
      {
        line: `route replace default via ${gateway} dev ${device} onlink table ${table}`,
        task: `route replies from ${address} through ${device}`,
        binding,
      },
    );
  }
  const lifetime = `valid_lft ${lifetimeSeconds} preferred_lft ${lifetimeSeconds}`;
  steps.push({
    line: `addr replace ${address}/32 dev ${device} label ${labelOf(device)} ${lifetime}`,
    task: `bind ${address} on ${device}`,
    binding,
  });
  return steps;
}

/** Another actor may have bound it with a prefix length of its own: what is there goes, whatever its length. */
function removalsOf({ address, device }: { address: string; device: string }, bound: BoundAddress[] | null): Step[] {
  const lengths =
    bound === null
      ? [32]
      : bound.filter((b) => b.address === address && b.device === device).map((b) => b.prefixLength);
  return lengths.map((length) => ({
    line: `addr del ${address}/${length} dev ${device}`,
    task: `unbind ${address} from ${device}`,
  }));
}

function ruleRemovals(addresses: readonly { address: string; device: string }[], known: KnownPolicy): Step[] {
  const goes = addresses.flatMap(({ address, device }) => rulesThrough(known, address, device));
  return removals(known, [...new Set(goes)]);
}

function asOsError(reason: unknown): OsError {
  return reason instanceof OsError ? reason : new OsError('failed', 'retry-later', String(reason), { cause: reason });
}

/** One error that says everything: the gravest reason, all the sentences. */
function throwAll(problems: readonly OsError[]): void {
  const first = problems.find(({ kind }) => kind === 'ask-a-person') ?? problems[0];
  if (first === undefined) return;
  if (problems.length === 1) throw first;
  const sentences = [...new Set(problems.map(({ message }) => message))];
  throw new OsError(first.reason, first.kind, sentences.join('; '), { cause: first });
}

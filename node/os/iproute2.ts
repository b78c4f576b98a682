import { type Binding, type BoundAddress, OsError, type OsPort } from '../reconciler/ports';
import { createDisconnector } from './disconnect';
import { osFailure } from './failure';
import { IpBatch } from './ip-batch';
import { checkWords, labelOf } from './labels';
import { startMonitor, type MonitorEvent } from './monitor';
import { inNamespace } from './netns';
import { type Link, parseAddresses, parseDefaultDevice, parseLinks, parseRules, parseTables } from './parse';
import {
  type KnownPolicy,
  leftRules,
  removals,
  RULE_PROTOCOL,
  rulesThrough,
  staleRules,
  type Step,
} from './policy-rules';
import { runCommand } from './run-command';

/** Rules and table routes are stated again this often even when no event told of their loss. */
const RESTATE_MS = 5000;
const COALESCE_MS = 10;
/** A reading that hangs must not hold up a refresh for as long as an address lives. */
const POLICY_READ_MS = 500;

/** Linux, by iproute2. `close` ends its helper processes; addresses stay as they are. */
export interface Iproute2 extends OsPort {
  links(): Promise<Link[]>;
  /** The NIC whose default route wins; null without a default route. */
  defaultRouteDevice(): Promise<string | null>;
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
  let sweepAt = -Infinity;
  let stopMonitor: (() => void) | null = null;
  let notify: NodeJS.Timeout | null = null;

  const show = async <T>(args: string[], parse: (json: string) => T, timeoutMs?: number): Promise<T> => {
    const { code, stdout, stderr } = await runCommand(inNamespace(netns, { program: 'ip', args }), timeoutMs);
    if (code !== 0) throw osFailure(`read (ip ${args.join(' ')})`, stderr);
    try {
      return parse(stdout);
    } catch (cause) {
      throw new OsError('failed', 'retry-later', `cannot read what ip ${args.join(' ')} printed: ${String(cause)}`, {
        cause,
      });
    }
  };
  const list = () => show(['-j', '-4', 'addr', 'show'], parseAddresses);
  const policies = async (timeoutMs?: number): Promise<KnownPolicy> => {
    const [rules, routes] = await Promise.all([
      show(['-N', '-j', '-4', 'rule', 'show'], parseRules, timeoutMs),
      show(['-N', '-j', '-4', 'route', 'show', 'table', 'all', 'default'], parseTables, timeoutMs),
    ]);
    return { rules, routes };
  };
  const restate = () => {
    for (const entry of stated.values()) entry.due = -Infinity;
  };

  /** Removes rules of ours whose address the kernel dropped (this process was frozen, or an earlier one killed). */
  const sweep = async (bound: readonly BoundAddress[]): Promise<void> => {
    if (now() < sweepAt) return;
    const known = await policies(POLICY_READ_MS);
    const recent = now() - RESTATE_MS; // being bound just now, and not in the listing yet
    const needed = new Set(bound.map(({ address }) => address));
    const steps = removals(
      known,
      leftRules(known, (source) => needed.has(source) || (stated.get(source)?.boundAt ?? -Infinity) > recent),
    );
    const failures = await batch.run(steps.map(({ line }) => line));
    if (failures.every((said) => said === null || ABSENT.test(said))) sweepAt = now() + RESTATE_MS;
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
    links: () => show(['-j', 'link', 'show'], parseLinks),
    defaultRouteDevice: () => show(['-j', '-4', 'route', 'show', 'default'], parseDefaultDevice),

    async bind(bindings) {
      const time = now();
      const due = new Set<Binding>();
      const newly = bindings.filter(({ address }) => !stated.has(address)).map(({ address }) => address);
      connections.admit(bindings.map(({ address }) => address));
      for (const binding of bindings) {
        const { address, device } = binding;
        const key = keyOf(binding);
        const before = stated.get(address);
        const isDue = before?.key !== key || time >= before.due;
        if (isDue) due.add(binding);
        stated.set(address, { key, device, due: isDue ? time + RESTATE_MS : before.due, boundAt: time });
      }
      // Where the rules cannot be read, the address is bound all the same, and they are read again with the next refresh.
      const known = due.size === 0 ? null : await policies(POLICY_READ_MS).catch(() => null);
      if (known === null) restate();
      const steps = [
        ...[...due].flatMap((binding) => staleSteps(binding, known)),
        ...bindings.flatMap((binding) => bindSteps(binding, due.has(binding))),
      ];
      const failures = await batch.run(steps.map(({ line }) => line));
      const problems = steps.flatMap(({ task, binding, fine }, i) => {
        const said = failures[i];
        if (said === null || said === undefined || fine?.test(said) === true) return [];
        stated.delete(binding.address);
        return [osFailure(task, said)];
      });
      // What an earlier tenure left: before the traffic of this one can have made anything.
      connections.forgetTracked(newly);
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
      const steps = [
        ...addresses.flatMap((one) => removalsOf(one, bound.status === 'fulfilled' ? bound.value : null)),
        ...(known.status === 'fulfilled' ? ruleRemovals(addresses, known.value) : []),
      ];
      const failures = await batch.run(steps.map(({ line }) => line));
      const problems = steps.flatMap(({ task }, i) => {
        const said = failures[i];
        return said === null || said === undefined || ABSENT.test(said) ? [] : [osFailure(task, said)];
      });
      connections.forgetTracked(addresses.map(({ address }) => address));
      if (known.status === 'rejected') problems.push(asOsError(known.reason));
      throwAll(problems);
    },

    watch(listener) {
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
      batch.close();
    },
  };
}

const ABSENT =
  /Address not found|Cannot assign requested address|No such (file or directory|process)|Cannot find device/i;
const EXISTS = /File exists/i;

interface BindStep extends Step {
  binding: Binding;
  /** What iproute2 says when the step had been done before. */
  fine?: RegExp;
}

function keyOf({ address, device, policy }: Binding): string {
  return `${address} ${device} ${policy === null ? '-' : `${policy.table} ${policy.gateway}`}`;
}

/** A rule of another table would send the replies out by another NIC. */
function staleSteps(binding: Binding, known: KnownPolicy | null): BindStep[] {
  if (known === null) return [];
  const stale = staleRules(known, binding.address, binding.policy?.table ?? null);
  return removals(known, stale).map((step) => ({ ...step, binding, fine: ABSENT }));
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

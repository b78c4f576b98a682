import { type Binding, type BoundAddress, OsError, type OsPort } from '../reconciler/ports';
import { osFailure } from './failure';
import { IpBatch } from './ip-batch';
import { checkWords, labelOf } from './labels';
import { startMonitor, type MonitorEvent } from './monitor';
import { inNamespace } from './netns';
import { type Link, parseAddresses, parseDefaultDevice, parseLinks, parseRules, type PolicyRule } from './parse';
import { runCommand } from './run-command';

/** Marks our policy rules in the kernel (an unassigned number of rtnetlink's protocol space). */
export const RULE_PROTOCOL = '76';

/** Rules and table routes are stated again this often even when no event told of their loss. */
const RESTATE_MS = 5000;
const COALESCE_MS = 10;

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
  const listeners = new Set<() => void>();
  /** When the policy of a binding was last stated, by binding. */
  const stated = new Map<string, number>();
  let stopMonitor: (() => void) | null = null;
  let notify: NodeJS.Timeout | null = null;

  const show = async <T>(args: string[], parse: (json: string) => T): Promise<T> => {
    const { code, stdout, stderr } = await runCommand(inNamespace(netns, { program: 'ip', args }));
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
  const rules = () => show(['-j', '-4', 'rule', 'show'], parseRules);

  const onEvent = (event: MonitorEvent) => {
    if (event === 'own-refresh') return;
    stated.clear(); // a link that flapped has lost its table's routes, a deleted rule is gone
    notify ??= setTimeout(() => {
      notify = null;
      for (const listener of listeners) listener();
    }, COALESCE_MS);
  };

  return {
    dryRun: false,
    list,
    links: () => show(['-j', 'link', 'show'], parseLinks),
    defaultRouteDevice: () => show(['-j', '-4', 'route', 'show', 'default'], parseDefaultDevice),

    async bind(bindings) {
      const time = now();
      const steps = bindings.flatMap((binding) => {
        const key = keyOf(binding);
        const due = time - (stated.get(key) ?? -Infinity) >= RESTATE_MS;
        if (due) stated.set(key, time);
        return bindSteps(binding, due);
      });
      const failures = await batch.run(steps.map(({ line }) => line));
      const problems = steps.flatMap(({ task, binding, fine }, i) => {
        const said = failures[i];
        if (said === null || said === undefined || fine?.test(said) === true) return [];
        stated.delete(keyOf(binding));
        return [osFailure(task, said)];
      });
      throwAll(problems);
    },

    async unbind(addresses) {
      if (addresses.length === 0) return;
      for (const { address, device } of addresses) checkWords(device, address);
      for (const { address, device } of addresses) {
        for (const key of stated.keys()) if (key.startsWith(`${address} ${device} `)) stated.delete(key);
      }
      const [bound, known] = await Promise.allSettled([list(), rules()]);
      const steps = [
        ...addresses.flatMap((one) => removalsOf(one, bound.status === 'fulfilled' ? bound.value : null)),
        ...ruleRemovals(addresses, known.status === 'fulfilled' ? known.value : []),
      ];
      const failures = await batch.run(steps.map(({ line }) => line));
      const problems = steps.flatMap(({ task }, i) => {
        const said = failures[i];
        return said === null || said === undefined || ABSENT.test(said) ? [] : [osFailure(task, said)];
      });
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
      batch.close();
    },
  };
}

const ABSENT =
  /Address not found|Cannot assign requested address|No such (file or directory|process)|Cannot find device/i;
const EXISTS = /File exists/i;

interface Step {
  line: string;
  task: string;
}

interface BindStep extends Step {
  binding: Binding;
  /** What iproute2 says when the step had been done before. */
  fine?: RegExp;
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

/** Our rules of these addresses, and the default route of each table that no rule of ours uses any more. */
function ruleRemovals(addresses: readonly { address: string; device: string }[], rules: readonly PolicyRule[]): Step[] {
  const ours = rules.filter(({ protocol }) => protocol === RULE_PROTOCOL);
  const goes = new Set(ours.filter(({ src }) => addresses.some(({ address }) => address === src)));
  const stays = new Set(ours.filter((rule) => !goes.has(rule)).map(({ table }) => table));
  const tables = new Set([...goes].map(({ table }) => table).filter((table) => !stays.has(table)));
  return [
    ...[...goes].map(({ src, table, priority }) => ({
      line: `rule del from ${src} lookup ${table} pref ${priority} protocol ${RULE_PROTOCOL}`,
      task: `remove the policy rule of ${src}`,
    })),
    ...[...tables].map((table) => ({ line: `route del default table ${table}`, task: `empty routing table ${table}` })),
  ];
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

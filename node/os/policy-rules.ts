import type { PolicyRule, TableRoute } from './parse';

/** Marks our policy rules in the kernel (an unassigned number of rtnetlink's protocol space). */
export const RULE_PROTOCOL = '76';

/** The kernel's policy rules, and the default route of each routing table. */
export interface KnownPolicy {
  rules: readonly PolicyRule[];
  routes: readonly TableRoute[];
}

/** One line of an ip batch, and what it is for. */
export interface Step {
  line: string;
  task: string;
}

/** Our rules of this source but that of the given table: they would send its replies out by another NIC. */
export function staleRules({ rules }: KnownPolicy, source: string, table: number | null): PolicyRule[] {
  return ours(rules).filter((rule) => rule.src === source && rule.table !== String(table));
}

/** Our rules of this source that lead out by this NIC, or nowhere any more. */
export function rulesThrough({ rules, routes }: KnownPolicy, source: string, device: string): PolicyRule[] {
  return ours(rules).filter(
    ({ src, table }) => src === source && routes.every((route) => route.table !== table || route.device === device),
  );
}

/** Our rules whose source `isNeeded` denies. */
export function leftRules({ rules }: KnownPolicy, isNeeded: (source: string) => boolean): PolicyRule[] {
  return ours(rules).filter(({ src }) => !isNeeded(src));
}

/** Removes these rules, and the default route of each table that no other rule of ours uses. */
export function removals({ rules, routes }: KnownPolicy, goes: readonly PolicyRule[]): Step[] {
  const stays = new Set(ours(rules).flatMap((rule) => (goes.includes(rule) ? [] : [rule.table])));
  const tables = new Set(goes.map(({ table }) => table).filter((table) => !stays.has(table)));
  return [
    ...goes.map(({ src, table, priority }) => ({
      line: `rule del from ${src} lookup ${table} pref ${priority} protocol ${RULE_PROTOCOL}`,
      task: `remove the policy rule of ${src}`,
    })),
    ...routes
      .filter(({ table }) => tables.has(table))
      .map(({ table }) => ({ line: `route del default table ${table}`, task: `empty routing table ${table}` })),
  ];
}

const ours = (rules: readonly PolicyRule[]): PolicyRule[] => rules.filter(({ protocol }) => protocol === RULE_PROTOCOL);

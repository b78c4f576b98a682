import { checkWords } from './labels';
import type { PolicyRule } from './parse';
import type { Step } from './policy-rules';

/** Marks the guard's rules in the kernel; another number than that of the policy rules. */
const GUARD_PROTOCOL = '77';
/** Before every routing table but `local`, which answers for an address that is bound. */
const GUARD_PRIORITY = 900;

/** A cluster IP and the NIC that its packets come in by. */
export interface Guarded {
  address: string;
  device: string;
}

/**
 * What makes the kernel have a guard for exactly these addresses. A router that has a cluster IP mapped but not bound
 * would send its packets back into the VPC, which delivers them here again, until their TTL ends. The guard drops them:
 * a rule for what comes in by that NIC, which matters only while the address is not bound, and does not concern what
 * the node itself or the hosts behind it send to the address. It stays when the daemon is killed.
 */
export function guardSteps(rules: readonly PolicyRule[], wanted: readonly Guarded[]): Step[] {
  const there = rules.filter(({ protocol }) => protocol === GUARD_PROTOCOL);
  const matches = (rule: PolicyRule, { address, device }: Guarded) => rule.dst === address && rule.iif === device;
  const missing = wanted.filter((one) => !there.some((rule) => matches(rule, one)));
  const left = there.filter((rule) => !wanted.some((one) => matches(rule, one)));
  return [
    ...missing.map(({ address, device }) => {
      checkWords(device, address);
      return { line: `rule add ${ruleOf(address, device)}`, task: `guard ${address} against a forwarding loop` };
    }),
    ...left.map(({ dst, iif }) => ({ line: `rule del ${ruleOf(dst, iif)}`, task: `remove the guard of ${dst}` })),
  ];
}

const ruleOf = (address: string, device: string): string =>
  `iif ${device} to ${address} blackhole pref ${GUARD_PRIORITY} protocol ${GUARD_PROTOCOL}`;

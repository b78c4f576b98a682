import type { Gateway } from './gateway';
import type { Lab } from './lab';
import { GATEWAYS, PLAN, type GatewayName } from './network/plan';

/** Who must hold what. */
export interface Wanted {
  /** Null: nobody. */
  holder: GatewayName | null;
  address: string;
}

/** Compares both gateways' ENIs, NICs and policy rules with what they must be: exactly. Each difference is a sentence. */
export async function differences(
  lab: Lab,
  gateways: Readonly<Record<GatewayName, Gateway>>,
  wanted: Wanted,
): Promise<string[]> {
  const found = await Promise.all(GATEWAYS.map((name) => differencesOf(lab, gateways[name], wanted)));
  return found.flat();
}

async function differencesOf(lab: Lab, gateway: Gateway, { holder, address }: Wanted): Promise<string[]> {
  const { name, host } = gateway;
  const { fqdn, foreign, data, management } = PLAN[name];
  const holds = holder === name;
  const own = holds ? [address] : [];
  const world = lab.world.gateways[name];
  const secondary = (eniId: string) => lab.state().enis.get(eniId)?.secondary ?? [];
  const [eth0, eth1, rules] = await Promise.all([
    gateway.nic('eth0'),
    gateway.nic('eth1'),
    host.ip('-4', 'rule', 'show'),
  ]);
  const wrong = [
    compare(`the data ENI of ${fqdn}`, secondary(world.data.id), [foreign, ...own]),
    compare(`the management ENI of ${fqdn}`, secondary(world.management.id), []),
    compare(`eth1 of ${fqdn}`, addresses(eth1), [data, ...own]),
    compare(`eth0 of ${fqdn}`, addresses(eth0), [management]),
  ].flat();
  const bound = eth1.find((one) => one.address === address);
  if (bound && (bound.prefixLength !== 32 || bound.validSeconds === null)) {
    wrong.push(`${address}/${bound.prefixLength} on eth1 of ${fqdn} has no lifetime, or is no /32`);
  }
  // The kernel ends an address by itself, not a rule: what a killed daemon left, its next start removes.
  if (gateway.daemon.pid() === null) return wrong;
  const sources = [...rules.matchAll(/from (10\.0\.1\.\d+) lookup/g)].map((match) => match[1]!);
  return [...wrong, ...compare(`the policy rules of ${fqdn}`, sources, own)];
}

const addresses = (nic: readonly { address: string }[]) => nic.map(({ address }) => address);

function compare(what: string, is: readonly string[], shall: readonly string[]): string[] {
  const text = (list: readonly string[]) => (list.length === 0 ? 'nothing' : [...list].sort().join(', '));
  return text(is) === text(shall) ? [] : [`${what} has ${text(is)}; it must have ${text(shall)}`];
}

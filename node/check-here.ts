import type { Finding, NetworkConfig } from '@tg/api';
import type { NicRegistry } from './nics/registry';
import { unusableNicName } from './os/labels';
import { refusalOf } from './os/second-actor/detect';
import type { ActorFinding } from './os/second-actor/finding';
import { checkConfig } from './server/check-config';
import { wantedIn } from './wanted';

/** What the judgement needs of the node. */
export interface CheckSources {
  before: NetworkConfig;
  registry: Pick<NicRegistry, 'devices' | 'probe' | 'contexts'>;
  findActors: (nics: Iterable<string>) => Promise<ActorFinding[]>;
  ignoreActors: boolean;
}

/** What is wrong with a config on this node: its NICs are discovered for the purpose, other actors on new ones found. */
export async function checkHere(network: NetworkConfig, sources: CheckSources): Promise<Finding[]> {
  const { before, registry, findActors, ignoreActors } = sources;
  const links = await registry.devices();
  const devices = links?.map(({ device }) => device) ?? null;
  const named = wantedIn(network)
    .map(({ nic }) => nic)
    .filter((nic) => (devices?.includes(nic) ?? true) && unusableNicName(nic) === null);
  const failures = await registry.probe(named);
  const findings = checkConfig(network, before, { devices, nics: registry.contexts(), failures });

  const held = new Set(wantedIn(before).map(({ nic }) => nic));
  const added = named.filter((nic) => !held.has(nic));
  const actors = added.length === 0 ? [] : await findActors(added);
  return [
    ...findings,
    ...actors
      .filter(({ severity }) => severity === 'fatal')
      .map((actor): Finding => ({
        severity: ignoreActors ? 'warning' : 'error',
        code: `second-actor-${actor.actor}`,
        nic: actor.nic,
        field: 'clusterIP',
        message: refusalOf([actor]) ?? actor.message,
      })),
  ];
}

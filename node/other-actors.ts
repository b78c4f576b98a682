import type { Problem } from '@tg/api';
import type { HostNics } from './nics/host-nics';
import { detectSecondActors } from './os/second-actor/detect';
import type { ActorFinding } from './os/second-actor/finding';
import type { HostView } from './os/second-actor/host-view';

/** Other programs that bind or remove addresses on these NICs; `addresses` are those we want or own. */
export async function otherActors(
  host: HostView,
  os: HostNics,
  nics: Iterable<string>,
  addresses: readonly { nic: string; address: string }[],
): Promise<ActorFinding[]> {
  const links = await os.links().catch(() => []);
  const defaultDevice = await os.defaultRouteDevice().catch(() => null);
  const watched = [...nics].flatMap((nic) => {
    const link = links.find(({ device }) => device === nic);
    if (link === undefined) return [];
    const here = new Set(addresses.filter((one) => one.nic === nic).map(({ address }) => address));
    return [{ nic, index: link.index, addresses: [...here], needsRule: nic !== defaultDevice }];
  });
  return detectSecondActors(host, watched);
}

/** The actor as a problem in the status of a daemon that was told to start all the same. */
export function actorProblem({ actor, nic, message }: ActorFinding, since: string): Problem {
  return { code: `second-actor-${actor}`, kind: 'ask-a-person', since, nic, message: `${message}.` };
}

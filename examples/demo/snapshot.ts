import { DATA_NIC, type SecondGateway, type Snapshot, type Stage } from '@tg/test';

/** A gateway whose ENI and NIC the tables show. */
export interface Shown extends Pick<Stage, 'daemon' | 'eni' | 'nic'> {
  eniId: string;
  /** A secondary address that is not ours; null: there is none. */
  foreign: string | null;
}

export const shownFirst = ({ daemon, eni, nic, world }: Stage): Shown => ({
  daemon,
  eni,
  nic,
  eniId: world.data.id,
  foreign: world.foreign,
});

export const shownSecond = ({ daemon, eni, nic, data }: SecondGateway): Shown => ({
  daemon,
  eni,
  nic,
  eniId: data.id,
  foreign: null,
});

/** What ENI and NIC hold now: the ENI as the administrator sees it, the NIC as the kernel does; in a dry run as the daemon says. */
export async function snapshot(shown: Shown, bind: boolean): Promise<Snapshot> {
  const { primary, secondary } = await shown.eni();
  const kind = (address: string) => (address === shown.foreign ? 'not ours' : 'secondary');
  return {
    eni: new Map([[primary, 'primary'], ...secondary.map((a): [string, string] => [a, kind(a)])]),
    nic: new Map(bind ? await boundOn(shown) : await wouldBeBound(shown)),
  };
}

const boundOn = async (shown: Shown): Promise<[string, string][]> =>
  (await shown.nic()).map(({ address, label }) => [address, label === DATA_NIC ? 'bound' : `bound (${label})`]);

/** What the daemon would bind if it had not been told to bind nothing. */
async function wouldBeBound({ daemon }: Shown): Promise<[string, string][]> {
  if (daemon.pid() === null) return [];
  return (await daemon.status()).interfaces.flatMap(({ clusterIP, os }): [string, string][] =>
    clusterIP !== null && os === 'dry-run' ? [[clusterIP, 'dry run']] : [],
  );
}

import { DATA_NIC, type Snapshot, type Stage } from '@tg/test';

/** What ENI and NIC hold now: the ENI as the administrator sees it, the NIC as the kernel does; in a dry run as the daemon says. */
export async function snapshot(stage: Stage, bind: boolean): Promise<Snapshot> {
  const { primary, secondary } = await stage.eni();
  const kind = (address: string) => (address === stage.world.foreign ? 'not ours' : 'secondary');
  return {
    eni: new Map([[primary, 'primary'], ...secondary.map((a): [string, string] => [a, kind(a)])]),
    nic: new Map(bind ? await boundOn(stage) : await wouldBeBound(stage)),
  };
}

const boundOn = async (stage: Stage): Promise<[string, string][]> =>
  (await stage.nic()).map(({ address, label }) => [address, label === DATA_NIC ? 'bound' : `bound (${label})`]);

/** What the daemon would bind if it had not been told to bind nothing. */
const wouldBeBound = async (stage: Stage): Promise<[string, string][]> =>
  (await stage.daemon.status()).interfaces.flatMap(({ clusterIP, os }): [string, string][] =>
    clusterIP !== null && os === 'dry-run' ? [[clusterIP, 'dry run']] : [],
  );

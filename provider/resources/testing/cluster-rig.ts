import type { Value } from '../../framework/cty/value';
import type { Stored } from '../../framework/server/testing/mini-core';
import { MiniCore } from '../../framework/server/testing/mini-core';
import { FakePair } from '../../portal/testing/fake-pair';
import { tgProvider } from '../../provider';
import type { TgProvider } from '../../tg-provider';

export const SECRET = 'very-secret-value';
export const KEY = 'a-cluster-key-that-is-a-secret-of-two';
export const CLUSTER = 'gateways.example.com';

type Named = Readonly<Record<string, Value>>;

/** Two daemons and terraform's core for one resource type, connected to both. */
export interface ClusterRig {
  readonly pair: FakePair;
  readonly core: MiniCore<TgProvider>;
  /** Another resource type of the same run. */
  other(typeName: string): Promise<MiniCore<TgProvider>>;
  applied(stored: Stored, config: Named | null): Promise<Stored>;
  /** As `terraform plan` does it: nothing to do. */
  settled(stored: Stored, config: Named): Promise<void>;
  close(): Promise<void>;
}

export async function clusterRig(typeName: string, provider: Named = {}): Promise<ClusterRig> {
  const pair = await FakePair.start();
  const connect = async (type: string): Promise<MiniCore<TgProvider>> => {
    const made = new MiniCore(tgProvider, type);
    const hosts = pair.daemons.map((daemon) => daemon.host);
    const settings = { api_hosts: hosts, api_key_id: 'terraform', api_key_secret: SECRET, ...provider };
    expect(await made.configure(settings)).toMatchObject({ errors: [], warnings: [] });
    return made;
  };
  const core = await connect(typeName);
  const cores = [core];
  return {
    pair,
    core,
    other: async (type) => {
      const made = await connect(type);
      cores.push(made);
      return made;
    },
    applied: async (stored, config) => {
      const told = await core.apply(stored, config);
      expect(told).toMatchObject({ errors: [], warnings: [] });
      return told.stored;
    },
    settled: async (stored, config) => {
      const refreshed = await core.refresh(stored);
      expect(refreshed).toMatchObject({ errors: [], warnings: [] });
      expect(await core.plan(refreshed.stored, config)).toMatchObject({ action: 'none', errors: [], warnings: [] });
    },
    close: async () => {
      await pair.close();
      for (const { log } of cores) for (const line of log) expect(line).not.toMatch(new RegExp(`${SECRET}|${KEY}`));
    },
  };
}

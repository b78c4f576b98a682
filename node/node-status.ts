import type { InterfaceStatus, NodeStatus, Problem } from '@tg/api';
import type { ReconcilerStatus } from './reconciler/types';
import type { StoredConfig } from './store/config-store';
import type { NicRegistry } from './nics/registry';
import { VERSION } from './version';

/** What a status is made of. */
export interface StatusSources {
  uid: string;
  fqdn: string;
  startedAt: string;
  stored: StoredConfig;
  reconciler: ReconcilerStatus;
  registry: Pick<NicRegistry, 'known' | 'troubles'>;
  /** Of the daemon as a whole, e.g. another actor on a NIC. */
  problems: readonly Problem[];
}

/** The status of the node as the API reports it. */
export function composeStatus(sources: StatusSources): NodeStatus {
  const { uid, fqdn, startedAt, stored, reconciler, registry } = sources;
  const troubles = registry.troubles();
  const interfaces = reconciler.interfaces.map((entry): InterfaceStatus => {
    const mac = registry.known(entry.nic)?.mac ?? undefined;
    // The reconciler knows only that the NIC is unknown; the registry knows why.
    const problem = entry.eniId === undefined ? (troubles.get(entry.nic) ?? entry.problem) : entry.problem;
    const { problem: _, ...rest } = entry;
    return { ...rest, ...(mac === undefined ? {} : { mac }), ...(problem === undefined ? {} : { problem }) };
  });
  const shown = new Set(interfaces.map(({ problem }) => problem));
  return {
    uid,
    fqdn,
    daemon: { version: VERSION, pid: process.pid, startedAt },
    role: reconciler.role === 'standby' ? 'standby' : 'active',
    configVersion: stored.version,
    interfaces,
    problems: [...sources.problems, ...reconciler.problems, ...troubles.values()].filter((p) => !shown.has(p)),
    refusals: [...stored.refusals],
  };
}

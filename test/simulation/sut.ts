import type { LinkPort } from '../../node/cluster/ports';
import type { Phase } from '../../node/cluster/message';
import type { Term } from '../../node/cluster/term';
import type { Clock, Ec2Port, OsPort } from '../../node/reconciler/ports';
import type { NicContext, ReconcilerEvent } from '../../node/reconciler/types';
import type { ConfigView, Write } from './config';

/** What a machine gives a daemon that starts on it. */
export interface HostSide {
  uid: string;
  peerUid: string;
  boot: string;
  nics: readonly NicContext[];
  clock: Clock;
  ec2: Ec2Port;
  os: OsPort;
  link: LinkPort;
  read(name: string): Promise<string | null>;
  write(name: string, content: string): Promise<void>;
  /** Every configured NIC has a link. */
  isLinkUp(): boolean;
  onPhase(from: Phase, to: Phase, why: string): void;
  onReconciler(event: ReconcilerEvent): void;
  /** Something that the daemon would write into its log; asked for only when somebody reads it. */
  say(text: () => string): void;
}

/** One daemon: the production code of cluster, reconciler and document, wired up. */
export interface Daemon {
  start(): Promise<void>;
  /** Resolves when the write is accepted. `taken` is called as it is put into the config, with the config before. */
  write(write: Write, taken: (before: ConfigView) => void): Promise<void>;
  /** SIGTERM: resolves when the process may end. */
  stop(): Promise<void>;
  /** Fitness may have changed. */
  poke(): void;
  /** The metadata service says that something about the ENIs is new. */
  wake(): void;
  config(): ConfigView;
  phase(): Phase;
  term(): Term | null;
}

export type MakeDaemon = (host: HostSide) => Daemon;

/** Writes the first config of a cluster to the files of one machine, as `tg-node init` and `join` would have left them. */
export type Provision = (
  files: { read(name: string): string | null; write(name: string, content: string): void },
  cluster: { self: string; uids: readonly [string, string]; writes: readonly Write[] },
) => void;

/** Edits the config of a daemon that does not run, as `tg-node config set` does. */
export type WriteOffline = (
  files: { read(name: string): string | null; write(name: string, content: string): void },
  self: string,
  write: Write,
) => void;

/** The config of a daemon that does not run. */
export type ViewOffline = (files: { read(name: string): string | null }, self: string) => ConfigView;

/** The code under test. */
export interface Sut {
  make: MakeDaemon;
  provision: Provision;
  writeOffline: WriteOffline;
  viewOffline: ViewOffline;
}

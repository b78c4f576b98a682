import { connectEc2, connectImds, type Ec2Connection, type Imds } from './cloud';
import type { DaemonConfig } from './daemon-config';
import { createLazyEc2, type LazyEc2 } from './lazy-ec2';
import { countEc2Calls, type Tally } from './metrics/tally';
import { fileNicCache } from './nics/nic-cache';
import { reportMissingEnis } from './nics/missing-enis';
import { createNicRegistry, type NicRegistry } from './nics/registry';
import { chooseOs, type HostOs } from './os/choose';
import type { Clock, Ec2Port } from './reconciler/ports';

/** The machine and the cloud around the daemon. */
export interface AgentWorld {
  os: HostOs;
  imds: Imds;
  /** Every call of it is counted, and an ENI that is gone makes its NIC be discovered anew. */
  ec2: Ec2Port;
  registry: NicRegistry;
  /** Who hears that the NICs have changed; EC2 is connected to first, once its region is known. */
  follower: { nicsChanged: () => void };
  /** Connects to EC2 if its region is known by now. */
  connect(): void;
  close(): void;
}

/** What the world is made of. */
export interface AgentWorldOptions {
  config: DaemonConfig;
  clock: Clock;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, data?: object) => void;
  tally: Tally;
  /** In place of the real ones. */
  parts: Partial<{ ec2: Ec2Port; imds: Imds; os: HostOs }>;
}

/** Opens it; nothing is asked or changed yet. */
export function openWorld({ config, clock, log, tally, parts }: AgentWorldOptions): AgentWorld {
  const warn = (message: string) => log('warn', message);
  const os = parts.os ?? chooseOs(config, (sentence) => log('info', sentence));
  const imds = parts.imds ?? connectImds({ endpoint: config.aws.imds_endpoint });
  const lazy: LazyEc2 = createLazyEc2(
    () => 'the region of this instance is not known yet; aws.region in node.yaml can name it',
  );
  if (parts.ec2 !== undefined) lazy.connect(parts.ec2);
  let connection: Ec2Connection | null = null;
  const follower: AgentWorld['follower'] = { nicsChanged: () => undefined };
  const ec2 = countEc2Calls(lazy, tally);
  const registry = createNicRegistry({
    host: os,
    imds,
    ec2,
    overrides: config.nics,
    region: config.aws.region,
    cache: fileNicCache(config.data_dir, warn),
    clock,
    log,
    onChange: () => {
      connect();
      follower.nicsChanged();
    },
  });
  const connect = () => {
    const region = registry.region();
    if (lazy.connected || region === null) return;
    connection = connectEc2({ region, endpoint: config.aws.ec2_endpoint, imds });
    lazy.connect(connection);
    connection.warm().catch((error: unknown) => warn(`EC2 is not ready: ${String(error)}`));
  };
  return {
    os,
    imds,
    ec2: reportMissingEnis(ec2, (eniId) => registry.forgetEni(eniId)),
    registry,
    follower,
    connect,
    close() {
      registry.stop();
      connection?.close();
      os.close();
    },
  };
}

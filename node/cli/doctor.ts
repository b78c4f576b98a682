import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { styleText } from 'node:util';
import { NodeStatus } from '@tg/api';
import { openWorld } from '../agent-world';
import type { DaemonConfig } from '../daemon-config';
import { createHostWatch } from '../host-watch';
import { createTally } from '../metrics/tally';
import { otherActors } from '../other-actors';
import { type HostView, thisHost } from '../os/second-actor/host-view';
import { openFileConfigStore } from '../store/file-config-store';
import { createSystemClock } from '../system-clock';
import { nicsThatMatter, wantedIn } from '../wanted';
import { seedOf } from './cluster-file';
import { loadConfig } from './load-config';
import { connectLocally } from './local-client';

/** One check: how it went, and what to do about it. */
export interface Check {
  result: 'ok' | 'warning' | 'failed';
  message: string;
}

const CONNECT_MS = 2000;
const CLOCK_MS = 2000;

/** `tg-node doctor`: looks at everything failover depends on and changes nothing. 1 when a check failed. */
export async function doctor(options: { config: string }, host: HostView = thisHost): Promise<number> {
  const config = await loadConfig(options.config);
  const checks = [
    ...(await checkDaemon(config)),
    ...(await checkCredentials(config)),
    ...(await checkSurroundings(config, host)),
    await checkClock(),
  ];
  const colours = process.stdout.isTTY && process.env.NO_COLOR === undefined;
  const words = { ok: ['green', 'ok     '], warning: ['yellow', 'warning'], failed: ['red', 'FAILED '] } as const;
  for (const { result, message } of checks) {
    const [style, word] = words[result];
    process.stdout.write(`${colours ? styleText(style, word) : word} ${message}\n`);
  }
  return checks.some(({ result }) => result === 'failed') ? 1 : 0;
}

const ok = (message: string): Check => ({ result: 'ok', message });
const warning = (message: string): Check => ({ result: 'warning', message });
const failed = (message: string): Check => ({ result: 'failed', message });

/** What the running daemon says of itself and of the other member. */
async function checkDaemon({ data_dir, uid }: DaemonConfig): Promise<Check[]> {
  const client = await connectLocally(data_dir);
  if (client === null) return [failed('The daemon does not run: tg-node run, or systemctl start tg-node.')];
  const { body } = await client.call('GET', `/node/${uid}/status`);
  const { cluster, problems, interfaces } = NodeStatus.parse(body);
  const said = [...interfaces.flatMap(({ problem }) => problem ?? []), ...problems, ...(cluster?.problems ?? [])];
  const checks = [ok('The daemon runs and answers.'), ...said.map(({ message }) => failed(message))];
  const peer = cluster?.members.find(({ self }) => !self);
  if (cluster === undefined)
    return [...checks, warning('This node is in no cluster: nobody takes over when it fails.')];
  if (peer?.endpoint == null) return checks;
  const { host, port } = peer.endpoint;
  return [...checks, await checkPort(peer.fqdn, host, port)];
}

/** Whether the other member's heartbeat port can be reached from here. */
function checkPort(fqdn: string, host: string, port: number): Promise<Check> {
  const at = `${host}:${port}`;
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (check: Check) => {
      socket.destroy();
      resolve(check);
    };
    socket.setTimeout(CONNECT_MS, () =>
      end(
        failed(
          `${fqdn} does not answer at ${at} (TCP): its security group has to admit TCP ${port} from this node's group, and the ` +
            `subnets' network ACLs too.`,
        ),
      ),
    );
    socket.once('connect', () => end(ok(`${fqdn} takes connections at ${at} (heartbeats).`)));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(
        failed(
          error.code === 'ECONNREFUSED'
            ? `${fqdn} refuses connections at ${at}: does its daemon run, and listen there (config.cluster)?`
            : `${fqdn} cannot be reached at ${at}: ${error.message}.`,
        ),
      ),
    );
  });
}

async function checkCredentials(config: DaemonConfig): Promise<Check[]> {
  if (config.cluster === undefined) return [];
  return seedOf(config).then(
    () => [ok('The cluster key in node.yaml can be read, and by nobody else.')],
    (error: unknown) => [failed(`${error instanceof Error ? error.message : String(error)}.`)],
  );
}

/** NICs, instance metadata, EC2, other programs, kernel settings. */
async function checkSurroundings(config: DaemonConfig, host: HostView): Promise<Check[]> {
  const clock = createSystemClock();
  const store = await openFileConfigStore(config.data_dir, { onWarning: () => undefined });
  const network = store.current().config;
  const wanted = wantedIn(network);
  const nics = nicsThatMatter(config, network, []);
  const world = openWorld({ config, clock, log: () => undefined, tally: createTally(), parts: {} });
  const { registry, os } = world;
  const watch = createHostWatch({
    os,
    clock,
    log: () => undefined,
    nics: () => registry.contexts(),
    addresses: () => wanted,
    routes: config.os.routes,
  });
  const ec2 = watch.listenTo(world.ec2);
  const checks: Check[] = [];
  try {
    world.connect();
    const failures = await registry.probe(nics);
    world.connect();
    for (const nic of nics) {
      const known = registry.known(nic);
      const failure = failures.get(nic);
      if (known !== undefined) checks.push(ok(`${nic} is ${known.eniId} in ${known.subnetId} (${known.subnetCidr}).`));
      else checks.push(failed(failure?.message ?? `the ENI of ${nic} is not known.`));
    }
    if (nics.size === 0)
      checks.push(warning('No NIC is to carry a cluster IP: nothing is wanted, and node.yaml names none.'));
    for (const { nic, eniId } of registry.contexts()) {
      checks.push(
        await ec2.describeEni(eniId).then(
          () =>
            ok(
              `EC2 answers this instance about ${eniId} (${nic}). Whether it may assign addresses shows when it does: ` +
                `ec2:AssignPrivateIpAddresses and ec2:UnassignPrivateIpAddresses on both members' ENIs.`,
            ),
          (error: unknown) => failed(`EC2 cannot be asked about ${eniId} (${nic}): ${(error as Error).message}`),
        ),
      );
    }
    const watched = !os.dryRun && config.os.netns === undefined;
    const actors = watched ? await otherActors(host, os, nics, wanted) : [];
    for (const { severity, message } of actors) {
      if (severity !== 'note') checks.push((severity === 'fatal' ? failed : warning)(`${message}.`));
    }
    if (watched && actors.every(({ severity }) => severity === 'note')) {
      checks.push(ok('No other program on this host would fight over the address.'));
    }
    await watch.review();
    const findings = os.dryRun ? [] : watch.problems();
    for (const { message } of findings) checks.push(warning(message));
    if (findings.length === 0 && !os.dryRun) checks.push(ok('The kernel forwards, and nothing drops what passes.'));
  } finally {
    world.close();
  }
  return checks;
}

/** Certificates and logs of two members whose clocks differ mislead; failover itself uses no wall clock. */
function checkClock(): Promise<Check> {
  return new Promise((resolve) => {
    execFile('timedatectl', ['show', '-p', 'NTPSynchronized', '--value'], { timeout: CLOCK_MS }, (error, stdout) => {
      if (error !== null) resolve(warning('Whether the clock is synchronized cannot be seen here (no timedatectl).'));
      else if (stdout.trim() === 'yes') resolve(ok('The clock is synchronized.'));
      else {
        resolve(
          warning(
            'The clock is not synchronized: EC2 refuses requests that are minutes off. Run timedatectl set-ntp true.',
          ),
        );
      }
    });
  });
}

import { styleText } from 'node:util';
import { NodeStatus } from '@tg/api';
import Table from 'cli-table3';
import { openFileConfigStore } from '../store/file-config-store';
import { wantedIn } from '../wanted';
import { CommandFailure } from './failure';
import { loadConfig } from './load-config';
import { complaintOf, connectLocally } from './local-client';
import { renderCluster } from './render-cluster';

/** `tg-node status`: 0 when the daemon runs, 3 when it does not. */
export async function status(options: { config: string; json: boolean }): Promise<number> {
  const { data_dir, uid } = await loadConfig(options.config);
  const client = await connectLocally(data_dir);
  if (client === null) return stopped(data_dir, options.json);
  const answer = await client.call('GET', `/node/${uid}/status`);
  if (answer.status !== 200) throw new CommandFailure(complaintOf(answer));
  const current = NodeStatus.parse(answer.body);
  process.stdout.write(options.json ? `${JSON.stringify(current, null, 2)}\n` : `${render(current)}\n`);
  return 0;
}

async function stopped(dataDir: string, json: boolean): Promise<number> {
  const store = await openFileConfigStore(dataDir, { onWarning: () => undefined });
  const { version, config } = store.current();
  const wanted = wantedIn(config);
  if (json) {
    process.stdout.write(`${JSON.stringify({ running: false, configVersion: version, wanted }, null, 2)}\n`);
    return 3;
  }
  const list = wanted.map(({ nic, address }) => `${address} on ${nic}`).join(', ') || 'no cluster IP';
  process.stdout.write(
    `The daemon does not run. Stored is config version ${version}: ${list}; it is applied when tg-node run starts.\n`,
  );
  return 3;
}

type Style = Parameters<typeof styleText>[0];

/** A status for a terminal; colours only there. */
export function render(
  current: NodeStatus,
  colours = process.stdout.isTTY && process.env.NO_COLOR === undefined,
): string {
  const paint = (style: Style, text: string) => (colours ? styleText(style, text) : text);
  const { fqdn, uid, role, configVersion, daemon } = current;
  const head = `${paint('bold', fqdn)} (${uid}): ${role}, config version ${configVersion}, tg-node ${daemon.version} pid ${daemon.pid} since ${daemon.startedAt}`;
  const table = new Table({
    head: ['NIC', 'ENI', 'primary', 'cluster IP', 'on the ENI', 'on the NIC', 'state'],
    style: { head: [], border: [], compact: true },
  });
  for (const { nic, eniId, primaryAddress, clusterIP, eni, os, state, releasing } of current.interfaces) {
    const style = { applied: 'green', pending: 'yellow', failing: 'red' } as const;
    const left = releasing.length > 0 ? ` (releasing ${releasing.join(', ')})` : '';
    table.push([
      nic,
      eniId ?? '?',
      primaryAddress ?? '?',
      clusterIP ?? '-',
      clusterIP === null ? '-' : eni,
      clusterIP === null ? '-' : os,
      paint(style[state], state) + left,
    ]);
  }
  const problems = [...current.interfaces.flatMap(({ problem }) => problem ?? []), ...current.problems].map(
    ({ message, since }) => `${paint('red', '!')} ${message} (since ${since})`,
  );
  const refusals = current.refusals.map(
    ({ version, at, message }) => `${paint('yellow', 'put back')} version ${version} at ${at}: ${message}`,
  );
  return [
    head,
    ...(current.interfaces.length > 0 ? [table.toString()] : ['no NIC is known or wanted']),
    ...problems,
    ...refusals,
    ...(current.cluster === undefined ? [] : ['', ...renderCluster(current.cluster, paint)]),
  ].join('\n');
}

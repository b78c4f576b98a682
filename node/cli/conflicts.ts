import { CommandFailure } from './failure';
import { complaintOf } from './local-client';
import { clusterHere } from './cluster-here';

/** `tg-node conflicts`: what gave way, one line each. */
export async function conflictsList(options: { config: string }): Promise<number> {
  const { cluster } = await clusterHere(options.config);
  const lines = cluster.conflicts.map(
    ({ id, field, kept, keptBy, lost, lostBy }) =>
      `${id}  ${field}: ${show(kept)} of ${keptBy} is in force; ${show(lost)} of ${lostBy} gave way`,
  );
  process.stdout.write(`${lines.join('\n') || 'no conflicts'}\n`);
  return 0;
}

/** `tg-node conflicts clear ID`. */
export async function conflictsClear(options: { config: string; id: string }): Promise<number> {
  const { client, cluster } = await clusterHere(options.config);
  const { id } = options;
  const answer = await client.call('DELETE', `/cluster/${cluster.fqdn}/conflicts/${encodeURIComponent(id)}`);
  if (answer.status === 404 && !cluster.conflicts.some((conflict) => conflict.id === id)) {
    const known = cluster.conflicts.map((conflict) => conflict.id).join(', ') || 'none';
    throw new CommandFailure(`there is no conflict ${id}; there are: ${known}.`);
  }
  if (answer.status !== 200) throw new CommandFailure(complaintOf(answer));
  process.stdout.write(`cleared ${id}\n`);
  return 0;
}

const show = (value: unknown): string => (value === null || value === undefined ? '(removed)' : JSON.stringify(value));

import Table from 'cli-table3';
import type { Colors } from 'picocolors/types';
import type { Noise } from './noise';
import type { Result } from './scenario';
import type { SessionFate } from './sessions';

/** What `--json` prints. */
export interface Report {
  ok: boolean;
  /** Why nothing could be run; absent when it could. */
  skipped?: string;
  cluster_timeout_s: number;
  noise_floor_ms: Noise | null;
  scenarios: Result[];
}

/** One row per scenario, its targets beside its figures. */
export function resultTable(results: readonly Result[], colours: Colors): string {
  const table = new Table({
    head: [
      'scenario',
      'connect gap',
      'target',
      'EC2 calls',
      'target',
      'failed connects',
      'established: chat · idle · listener · routed',
    ],
    style: { head: [], border: [], compact: true },
  });
  for (const result of results) {
    const { targets, connects, established } = result;
    table.push([
      `${result.ok ? colours.green('✔') : colours.red('✘')} ${result.name}`,
      { content: milliseconds(result.connect_gap_ms), hAlign: 'right' },
      targets.connect_gap_ms === null ? '' : `≤ ${targets.connect_gap_ms} ms`,
      { content: result.ec2_calls ?? '', hAlign: 'right' },
      targets.ec2_calls === null ? '' : `≤ ${targets.ec2_calls}`,
      connects ? `${connects.failed} of ${connects.of}` : '',
      [established.chat, established.idle, established.listener, established['routed-chat']].map(fate).join(' · '),
    ]);
  }
  return table.toString();
}

const milliseconds = (ms: number | null) => (ms === null ? '' : `${Math.round(ms)} ms`);

function fate(of: SessionFate | undefined): string {
  if (!of) return '–';
  return of.ms === null ? of.outcome : `${of.outcome} ${Math.round(of.ms)} ms`;
}

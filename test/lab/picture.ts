import type { Recording } from './run-scenario';
import { drawSvg } from './timeline/svg';
import { timelineOf } from './timeline/timeline';

/** The scenarios in the picture, how it calls them, and which part of each it shows: milliseconds from the fault. */
const PANELS = [
  { name: 'graceful-move', title: 'Hand-over (handover = move, a call takes EC2 300 ms)', from: -150, to: 1050 },
  { name: 'kill', title: 'Takeover after kill -9 (Cluster Timeout 3 s)', from: -500, to: 4500 },
] as const;

export const PICTURED: readonly string[] = PANELS.map(({ name }) => name);

/** The picture of docs/, from real runs. Throws when one of them is missing. */
export function picture(recordings: ReadonlyMap<string, Recording>): string {
  const timelines = PANELS.map(({ name, title, from, to }) => {
    const recording = recordings.get(name);
    if (!recording) throw new Error(`there is no picture without a run of ${name}`);
    return timelineOf({ ...recording, title, from, to });
  });
  return drawSvg(
    timelines,
    'Measured by npm run lab: real daemons and TCP clients in network namespaces, an emulated EC2. On AWS the move itself takes longer.',
  );
}

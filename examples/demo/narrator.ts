import { createColors } from 'picocolors';
import { changeTable, type Snapshot } from '@tg/test';

/** One finished step as `--json` prints it. */
export interface StepReport {
  name: string;
  ok: boolean;
  ms: number;
  /** The ENI's addresses after the step, the primary first. */
  eni: string[];
  /** The addresses bound on the NIC after the step; empty where only the dry run was possible. */
  nic: string[];
  /** The same of the second gateway, in the second act. */
  second?: { eni: string[]; nic: string[] };
  error?: string;
}

/** What one gateway's ENI and NIC held before and after a step. */
export interface Change {
  names: { eni: string; nic: string };
  before: Snapshot;
  after: Snapshot;
}

/** What `--json` prints: one object, nothing else. */
export interface Report {
  ok: boolean;
  steps: StepReport[];
  /** Why the NIC could not be made for real, when it could not. */
  dryRun?: string;
  /** What failed outside of a step. */
  error?: string;
}

/** Tells the story as it happens, to a person or into the report. */
export interface Narrator {
  /** A remark between the steps. */
  say(text: string): void;
  /** A finished step, with what changed at each gateway. */
  step(report: StepReport, told: { title: string; details: string[] }, changes: readonly Change[]): void;
}

/** For a person on a terminal (or a pipe: then without colours). */
export function humanNarrator(output: NodeJS.WriteStream): Narrator {
  const colours = createColors(output.isTTY && process.env.NO_COLOR === undefined);
  const print = (text: string) => output.write(`${text}\n`);
  return {
    say: (text) => void print(text),
    step: ({ ok, ms, error }, { title, details }, changes) => {
      const mark = ok ? colours.green('✔') : colours.red('✘');
      print(`\n${mark} ${colours.bold(title)} ${colours.dim(`(${(ms / 1000).toFixed(1)} s)`)}`);
      for (const detail of details) print(colours.dim(`  ${detail}`));
      if (error !== undefined) print(colours.red(indent(error)));
      for (const { names, before, after } of changes) print(indent(changeTable(names, before, after, colours)));
    },
  };
}

/** For `--json`: silent; the caller prints the report at the end. */
export const silentNarrator: Narrator = { say: () => undefined, step: () => undefined };

const indent = (text: string) => text.replace(/^/gm, '  ');

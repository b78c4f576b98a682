import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from './batch';
import { runPool } from './pool';

/** What became of one broken copy. */
interface Outcome {
  mutant: string;
  caught: boolean;
  /** The first seed that fails; 0: a scenario that failed before does. */
  seeds: number;
  by: Failure | null;
}

/** Where `scripts/simulate.mjs` has put the broken copies, one program each. */
const FOLDER = 'simulate-mutants';

/** Runs every broken copy of the program until a seed catches it. */
export async function runMutants(jobs: number, limit: number, json: boolean): Promise<number> {
  const folder = join(process.argv[1] ?? '', '..', FOLDER);
  const programs = readdirSync(folder).filter((name) => name.endsWith('.cjs'));
  const outcomes: Outcome[] = [];
  for (const program of programs.sort()) {
    const failures: Failure[] = [];
    let seeds = 0;
    await runPool(join(folder, program), jobs, 1, limit, (result) => {
      seeds += result.count;
      failures.push(...result.failures);
      return failures.length > 0;
    });
    const by = failures.sort((a, b) => a.seed - b.seed)[0] ?? null;
    const known = by?.regression !== undefined;
    const outcome = {
      mutant: program.slice(0, -'.cjs'.length),
      caught: by !== null,
      seeds: known ? 0 : (by?.seed ?? seeds),
      by,
    };
    outcomes.push(outcome);
    if (json) continue;
    const how =
      by === null
        ? `NOT CAUGHT in ${seeds} seeds`
        : `caught by ${known ? 'a scenario that failed before' : `seed ${by.seed}`}: ${by.invariant}`;
    console.log(`${outcome.mutant.padEnd(28)} ${how}`);
  }
  const ok = outcomes.length > 0 && outcomes.every(({ caught }) => caught);
  if (json) console.log(JSON.stringify({ ok, mutants: outcomes }));
  else console.log(ok ? `all ${outcomes.length} mutants are caught` : 'FAILED');
  return ok ? 0 : 1;
}

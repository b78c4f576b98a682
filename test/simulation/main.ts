import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { BatchResult, Failure } from './batch';
import { Coverage } from './coverage';
import { runMutants } from './mutants';
import { runPool, work, WORKER } from './pool';
import { production } from './production/daemon';
import { REGRESSIONS } from './regressions';
import { coverageGaps, coverageTable } from './report';
import { run } from './run';
import { scenarioOf } from './scenario';
import { keepOnly, shrink } from './shrink';
import { trace } from './trace';
import { useLightAbort } from './world/light-abort';
import { outsideMicrotasks } from './world/microtasks';

const HELP = `npm run simulate -- [--seeds N] [--from S] [--jobs J] [--json]     plays N seeds (default 2000) and checks every invariant
npm run simulate -- --seed S [--faults 0,2] [--trace] [--json]    plays one, with those of its faults only; --trace tells it whole
npm run simulate -- --mutants [--seeds N] [--jobs J] [--json]     breaks the rules one at a time: every broken copy must be caught
It ends with 1 when an invariant is broken, a fault or a transition was never met, or a broken copy was not caught.`;

/** How many failing seeds end a run early. */
const ENOUGH_FAILURES = 20;

if (process.argv[2] === WORKER) work(production);
else void main().then((code) => (process.exitCode = code));

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      from: { type: 'string', default: '1' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      seed: { type: 'string' },
      faults: { type: 'string' },
      trace: { type: 'boolean', default: false },
      mutants: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const jobs = whole('jobs', values.jobs);
  if (values.mutants) return runMutants(jobs, whole('seeds', values.seeds ?? '20000'), values.json);
  if (values.seed !== undefined) {
    const faults = values.faults?.split(',').map((one) => whole('faults', one));
    return outsideMicrotasks(() => replay(whole('seed', values.seed ?? ''), faults, values.trace, values.json));
  }
  return simulate(whole('from', values.from), whole('seeds', values.seeds ?? '2000'), jobs, values.json);
}

function whole(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}

/** Plays one seed; of one that fails, the fewest faults that do it, told near the failure. */
function replay(seed: number, faults: number[] | undefined, isWhole: boolean, json: boolean): number {
  useLightAbort();
  const all = scenarioOf(seed);
  const scenario = faults === undefined ? all : keepOnly(all, faults);
  const { violation } = run(scenario, production);
  if (json) console.log(JSON.stringify({ ok: violation === null, seed, violation }));
  else if (violation === null || isWhole) console.log(trace(scenario, production, isWhole).join('\n'));
  else console.log(minimal(seed, faults));
  return violation === null ? 0 : 1;
}

function minimal(seed: number, faults?: readonly number[]): string {
  const all = scenarioOf(seed);
  const start = faults ?? all.faults.map((_, i) => i);
  const { violation } = run(keepOnly(all, start), production);
  if (violation === null) return `seed ${seed} does not fail alone: the run before it left something behind`;
  const kept = shrink(keepOnly(all, start), production, violation).map((place) => start[place] ?? place);
  return [
    `seed ${seed} breaks: ${violation.invariant}`,
    `replay: npm run simulate -- --seed ${seed} --trace`,
    `the fewest faults that do: npm run simulate -- --seed ${seed} --faults ${kept.join(',')} --trace`,
    ...trace(keepOnly(all, kept), production, false),
  ].join('\n');
}

/** Tells a scenario that failed before and does again. */
function again(what: string): string {
  const scenario = REGRESSIONS.find((one) => one.what === what)?.scenario;
  return [`failed before, and fails again: ${what}`, ...(scenario ? trace(scenario, production, false) : [])].join(
    '\n',
  );
}

async function simulate(from: number, seeds: number, jobs: number, json: boolean): Promise<number> {
  const started = performance.now();
  const coverage = new Coverage();
  const failures: Failure[] = [];
  let played = 0;
  let virtualMs = 0;
  let steps = 0;
  let slowest: BatchResult['slowest'] = { seed: from, ms: 0 };
  let told = started;
  await runPool(process.argv[1] ?? '', jobs, from, seeds, (result) => {
    coverage.add(result.coverage);
    failures.push(...result.failures);
    for (const { seed, invariant, text } of result.failures)
      console.error(`seed ${seed} breaks: ${invariant}: ${text}`);
    played += result.count;
    virtualMs += result.virtualMs;
    steps += result.steps;
    if (result.slowest.ms > slowest.ms) slowest = result.slowest;
    if (performance.now() - told > 5000) {
      told = performance.now();
      const each = ((told - started) * jobs) / played;
      const left = ((seeds - played) * (told - started)) / played / 60_000;
      console.error(
        `${played} of ${seeds} seeds, ${failures.length} failed, ${each.toFixed(1)} ms each, ${left.toFixed(1)} min left`,
      );
    }
    return failures.length >= ENOUGH_FAILURES;
  });
  failures.sort((a, b) => a.seed - b.seed);
  const gaps = coverageGaps(coverage);
  const ok = failures.length === 0 && gaps.length === 0;
  const seconds = (performance.now() - started) / 1000;
  if (json) {
    const { faults, transitions, reasons } = coverage;
    console.log(
      JSON.stringify({
        ok,
        seeds: played,
        from,
        seconds,
        virtualMs,
        steps,
        slowest,
        failures,
        gaps,
        faults,
        transitions,
        reasons,
      }),
    );
    return ok ? 0 : 1;
  }
  console.log(coverageTable(coverage));
  console.log(
    `${played} seeds from ${from} in ${seconds.toFixed(0)} s (${((seconds * 1000 * jobs) / played).toFixed(1)} ms each on ${jobs} processes), ` +
      `${(virtualMs / 3_600_000).toFixed(1)} virtual hours, ${steps} events; ` +
      `slowest to converge: ${(slowest.ms / 1000).toFixed(1)} s (seed ${slowest.seed})`,
  );
  for (const gap of gaps) console.log(`NOT MET: ${gap}`);
  await outsideMicrotasks(() => {
    useLightAbort();
    const first = new Map<string, Failure>();
    for (const failure of failures) if (!first.has(failure.invariant)) first.set(failure.invariant, failure);
    for (const { seed, regression } of first.values()) {
      console.log(`\n${regression === undefined ? minimal(seed) : again(regression)}`);
    }
  });
  if (failures.length > 0) console.log(`\nfailing seeds: ${failures.map(({ seed }) => seed).join(' ')}`);
  console.log(ok ? 'all invariants hold' : 'FAILED');
  return ok ? 0 : 1;
}

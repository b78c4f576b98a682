import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createColors } from 'picocolors';
import { Scope } from '../harness/scope';
import { createLab } from './lab';
import { measureNoise } from './noise';
import { inOwnNamespace } from './own-namespace';
import { resultTable, type Report } from './report';
import { picture, PICTURED } from './picture';
import { runScenario, type Recording } from './run-scenario';
import { CLUSTER_TIMEOUT_S, type Scenario } from './scenario';
import { temporaryFolder } from './temporary';
import { SCENARIOS } from './scenarios/all';

const USAGE = `usage: npm run lab -- [options]

Two real daemons in network namespaces of their own, a VPC router that follows an emulated EC2, and real TCP clients:
what a failover does to them. Needs Linux, iproute2, and root or a user namespace. Touches nothing outside.

  --only NAME    run this scenario (again for more); --list names them
  --short        run a few of them
  --counts       judge states and counts only, no times: for machines that are busy
  --json         print one JSON object {ok, scenarios: [{name, ok, connect_gap_ms, ec2_calls, established, …}]}
  --svg FILE     draw the timeline of graceful-move and kill into FILE (and run only these two, unless told otherwise)
  --skip-ok      where namespaces are forbidden, say so and succeed
  --list         name the scenarios

Exit code: 0 all went as they must, 1 something did not, 2 namespaces are forbidden here.
`;

const OPTIONS = {
  only: { type: 'string', multiple: true },
  short: { type: 'boolean' },
  counts: { type: 'boolean' },
  json: { type: 'boolean' },
  svg: { type: 'string' },
  'skip-ok': { type: 'boolean' },
  list: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

async function main(): Promise<number> {
  const { values: options } = parseArgs({ options: OPTIONS });
  if (options.help) return print(USAGE);
  if (options.list) return print(SCENARIOS.map(({ name, title }) => `${name.padEnd(26)}${title}\n`).join(''));
  const chosen = choose(options);
  const report: Report = { ok: false, cluster_timeout_s: CLUSTER_TIMEOUT_S, noise_floor_ms: null, scenarios: [] };

  const place = await inOwnNamespace();
  if (place.kind === 'done') return place.code;
  if (place.kind === 'forbidden') {
    process.stderr.write(`THE LAB DID NOT RUN: ${place.reason}.\n`);
    report.skipped = place.reason;
    if (options.json) print(`${JSON.stringify(report)}\n`);
    return options['skip-ok'] ? 0 : 2;
  }
  await run(chosen, options, report);
  if (options.json) print(`${JSON.stringify(report)}\n`);
  return report.ok ? 0 : 1;
}

function choose({ only, short, svg }: Options): readonly Scenario[] {
  const unknown = (only ?? []).filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new Error(`there is no scenario ${unknown.join(', ')}; --list names those there are`);
  if (only) return SCENARIOS.filter(({ name }) => only.includes(name));
  if (svg !== undefined && !short) return SCENARIOS.filter(({ name }) => PICTURED.includes(name));
  return short ? SCENARIOS.filter((scenario) => scenario.short) : SCENARIOS;
}

async function run(chosen: readonly Scenario[], options: Options, report: Report): Promise<void> {
  const say = options.json ? () => undefined : (text: string) => void print(`${text}\n`);
  const colours = createColors(process.stdout.isTTY && process.env.NO_COLOR === undefined);
  const scope = new Scope();
  const interruption = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => reject(new Error(`interrupted by ${signal}`)));
    }
  });
  // Everything temporary goes into one folder, removed when nothing can write there any more.
  const folder = await temporaryFolder('tg-lab-');
  process.env.TMPDIR = folder;
  const all = async () => {
    const lab = await createLab(scope, {
      node: join(__dirname, 'tg-node.cjs'),
      clients: join(__dirname, 'lab-clients.cjs'),
    });
    const noise = await measureNoise(lab);
    const recordings = new Map<string, Recording>();
    report.noise_floor_ms = noise;
    say(
      `Cluster Timeout ${CLUSTER_TIMEOUT_S} s. Noise floor of the connect gap: ${noise.still.toFixed(1)} ms when nothing moves, ` +
        `${noise.moved.toFixed(1)} ms when the address is moved by hand.`,
    );
    for (const scenario of chosen) {
      say(`\n${colours.bold(scenario.name)}: ${scenario.title}`);
      const judgement = { noiseMs: noise.moved, times: !options.counts };
      const { result, recording } = await runScenario(scope, lab, scenario, judgement);
      if (recording) recordings.set(scenario.name, recording);
      report.scenarios.push(result);
      for (const note of result.notes) say(colours.dim(`  ${note}`));
      for (const complaint of result.wrong) say(colours.red(`  ✘ ${complaint}`));
    }
    say(`\n${resultTable(report.scenarios, colours)}`);
    if (options.svg !== undefined) await writeFile(options.svg, picture(recordings));
    report.ok = report.scenarios.every(({ ok }) => ok);
  };
  try {
    await Promise.race([all(), interruption]);
  } catch (error) {
    report.ok = false;
    process.stderr.write(`${messageOf(error)}\n`);
  }
  try {
    await scope.close();
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    report.ok = false;
    process.stderr.write(`${messageOf(error)}\n`);
  }
}

function print(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  },
);

import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { inOwnNamespace } from '../lab/own-namespace';
import { temporaryFolder } from '../lab/temporary';
import type { Bench, BenchReport } from './bench';
import { BENCHES } from './benches';

const USAGE = `usage: npm run bench -- NAME [options]

${BENCHES.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`).join('\n')}

  --json         print one JSON object
  --long         measure for longer
  --minutes N    how long a load lasts
  --runs N       how often something is repeated

Exit code: 0 measured (whether or not a target was met), 1 not measured, 2 network namespaces are forbidden here.
`;

const OPTIONS = {
  json: { type: 'boolean', default: false },
  long: { type: 'boolean', default: false },
  minutes: { type: 'string' },
  runs: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const bench = BENCHES.find(({ name }) => name === positionals[0]);
  if (values.help || !bench || positionals.length > 1) {
    (values.help ? process.stdout : process.stderr).write(USAGE);
    return values.help ? 0 : 1;
  }
  const options = {
    long: values.long,
    minutes: positive('minutes', values.minutes),
    runs: positive('runs', values.runs),
  };
  if (bench.needsNetwork) {
    const place = await inOwnNamespace();
    if (place.kind === 'done') return place.code;
    if (place.kind === 'forbidden') {
      process.stderr.write(`NOTHING WAS MEASURED: ${place.reason}.\n`);
      return 2;
    }
  }
  const interruption = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => reject(new Error(`interrupted by ${signal}`))); // every child ends with us
    }
  });
  const folder = await temporaryFolder('tg-bench-');
  process.env.TMPDIR = folder;
  try {
    const say = (text: string) => void process.stderr.write(`${text}\n`);
    const report = await Promise.race([bench.run(options, say), interruption]);
    process.stdout.write(values.json ? `${JSON.stringify(report.json)}\n` : describe(bench, report));
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} is ${text}; it must be a number above 0`);
  return value;
}

function describe(bench: Bench, { figures, remarks }: BenchReport): string {
  const table = new Table({
    head: [bench.name, 'measured', 'target', ''],
    style: { head: [], border: [], compact: true },
  });
  for (const { what, value, unit, target } of figures) {
    const met = target === null ? '' : value <= target ? '✔' : '✘';
    table.push([
      what,
      { content: `${value} ${unit}`.trim(), hAlign: 'right' },
      target === null ? '' : `≤ ${target} ${unit}`.trim(),
      met,
    ]);
  }
  return `${table.toString()}\n${remarks.map((remark) => `\n${remark}`).join('')}\n`;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);

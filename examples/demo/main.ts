import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runAgainInUserNamespace, Scope } from '@tg/test';
import { humanNarrator, silentNarrator, type Report } from './narrator';
import { perform } from './perform';

const USAGE = `Usage: npm run demo [-- --json]

Runs the main job on this machine: an emulated EC2, a node daemon and the real terraform; then a second daemon, a
cluster of the two, and a failover.
  --json   print one JSON object {ok, steps: [{name, ok, ms, eni, nic}]} on stdout, and nothing else there; steps of the
           second act also have the other gateway's lists (second: {eni, nic})
           (npm prints two lines of its own first; npm run --silent demo -- --json leaves them out)
Exit code: 0 all shown, 1 something failed, 2 shown as a dry run only (no network namespaces here).
`;

/** Returns the demo's exit code. */
async function main(): Promise<number> {
  const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const again = await runAgainInUserNamespace();
  if (again !== null) return again;

  const scope = new Scope();
  const interruption = new AbortController();
  const interrupt = (why: string) => {
    interruption.abort(new Error(why));
    void scope.close().catch(() => undefined); // its failure is reported by the close below
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupt(`interrupted by ${signal}`);
    });
  }
  process.stdout.on('error', () => {
    interrupt('nobody reads the output any more'); // demo | head
  });

  // All temporary files go into one folder, which is removed when nothing can write there any more.
  const folder = await mkdtemp(join(tmpdir(), 'tg-demo-'));
  process.env.TMPDIR = folder;
  const report: Report = { ok: false, steps: [] };
  const narrator = values.json ? silentNarrator : humanNarrator(process.stdout);
  try {
    await perform(scope, report, narrator, interruption.signal);
    report.ok = report.dryRun === undefined && report.steps.every((step) => step.ok);
  } catch (error) {
    report.error = messageOf(interruption.signal.aborted ? interruption.signal.reason : error);
  }
  try {
    await scope.close();
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    report.ok = false;
    report.error = [report.error, messageOf(error)].filter(Boolean).join('\n');
  }
  if (report.error !== undefined) process.stderr.write(`\n${report.error}\n`);
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  return exitCode(report);
}

function exitCode({ ok, dryRun, error, steps }: Report): number {
  if (ok) return 0;
  return dryRun !== undefined && error === undefined && steps.every((step) => step.ok) ? 2 : 1;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  },
);

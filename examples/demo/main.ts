import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  createTerraform,
  DATA_NIC,
  emulatedCloud,
  findArtifacts,
  findTerraform,
  namespacesForbidden,
  NODE_FQDN,
  runAgainInUserNamespace,
  Scope,
  setStage,
  type Snapshot,
  type Stage,
} from '@tg/test';
import { humanNarrator, silentNarrator, type Narrator, type Report, type StepReport } from './narrator';
import { story, type Step } from './story';

const USAGE = `Usage: npm run demo [-- --json]

Runs the main job on this machine: an emulated EC2, a node daemon and the real terraform.
  --json   print one JSON object {ok, steps: [{name, ok, ms, eni, nic}]} on stdout, and nothing else there
Exit code: 0 all shown, 1 something failed, 2 shown as a dry run only (no network namespaces here).
`;

/** The demo's exit code. */
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
  const report: Report = { ok: false, steps: [] };
  const interruption: { signal?: NodeJS.Signals } = {};
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interruption.signal ??= signal;
      void scope.close().catch(() => undefined); // reported by the close in the finally block
    });
  }
  try {
    await perform(scope, report, values.json ? silentNarrator : humanNarrator(process.stdout));
    report.ok = report.dryRun === undefined && report.steps.every((step) => step.ok);
  } catch (error) {
    report.error = interruption.signal ? `interrupted by ${interruption.signal}` : messageOf(error);
    if (!values.json) process.stderr.write(`\n${report.error}\n`);
  } finally {
    await scope.close().catch((error: unknown) => {
      report.ok = false;
      report.error ??= messageOf(error);
      process.stderr.write(`${messageOf(error)}\n`);
    });
  }
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  if (report.ok) return 0;
  return report.dryRun !== undefined && report.error === undefined && report.steps.every((s) => s.ok) ? 2 : 1;
}

async function perform(scope: Scope, report: Report, narrator: Narrator): Promise<void> {
  const started = performance.now();
  const binary = await findTerraform();
  const artifacts = findArtifacts(__dirname);
  const forbidden = await namespacesForbidden();
  if (forbidden !== null) {
    report.dryRun = forbidden;
    narrator.say(`DRY RUN: ${forbidden}. The node does everything but bind the address on ${DATA_NIC}.`);
  }

  const bind = forbidden === null;
  let stage: Stage | undefined;
  let before: Snapshot = { eni: new Map(), nic: bind ? new Map() : null };
  const tell = async (step: Step) => {
    const began = performance.now();
    const outcome = await step.act().then(
      (details) => ({ details }),
      (error: unknown) => ({ details: [], error: messageOf(error) }),
    );
    const ms = Math.round(performance.now() - began);
    const after = stage ? await snapshot(stage, bind) : before;
    const done: StepReport = {
      name: step.name,
      ok: !('error' in outcome),
      ms,
      eni: [...after.eni.keys()],
      nic: [...(after.nic?.keys() ?? [])],
      ...('error' in outcome ? { error: outcome.error } : {}),
    };
    report.steps.push(done);
    const names = { eni: stage?.world.data.id ?? 'ENI', nic: DATA_NIC };
    narrator.step(done, { title: step.title, details: outcome.details, names }, before, after);
    before = after;
    return done.ok;
  };

  const start: Step = {
    name: 'start',
    title: 'an emulated VPC, a gateway with two NICs, and its daemon',
    act: async () => {
      const cloud = await emulatedCloud(scope, artifacts.vpc);
      stage = await setStage(scope, cloud, { bundle: artifacts.node, bind });
      return [
        `EC2 endpoint ${cloud.node.aws.ec2_endpoint ?? ''}, instance ${stage.world.instanceId}`,
        `tg-node of ${NODE_FQDN}: https://${stage.daemon.apiHost}, pid ${stage.daemon.pid() ?? 'none'}`,
        `${stage.world.foreign} on the data ENI belongs to somebody else and must stay`,
      ];
    },
  };
  if (!(await tell(start)) || !stage) return;

  const terraform = await createTerraform({
    binary,
    provider: artifacts.provider,
    install: 'dev-override',
    files: { 'main.tf': await readFile(join(__dirname, '..', 'examples', 'demo', 'main.tf'), 'utf8') },
    env: stage.env,
  });
  scope.defer('remove the terraform folder', () => terraform.close());
  narrator.say(`\n${binary.product} ${binary.version} with examples/demo/main.tf`);
  for (const step of story(stage, terraform, bind)) if (!(await tell(step))) return;
  narrator.say(`\nDone in ${((performance.now() - started) / 1000).toFixed(1)} s${bind ? '' : ' (dry run)'}.`);
}

async function snapshot(stage: Stage, bind: boolean): Promise<Snapshot> {
  const [{ primary, secondary }, nic] = await Promise.all([stage.eni(), stage.nic()]);
  const kind = (address: string) => (address === stage.world.foreign ? 'not ours' : 'secondary');
  return {
    eni: new Map([[primary, 'primary'], ...secondary.map((a): [string, string] => [a, kind(a)])]),
    nic: bind ? new Map(nic.map((a) => [a.address, a.label === DATA_NIC ? 'bound' : `bound (${a.label})`])) : null,
  };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  },
);

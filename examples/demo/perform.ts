import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createTerraform,
  DATA_NIC,
  emulatedCloud,
  findArtifacts,
  findTerraform,
  namespacesForbidden,
  NODE_FQDN,
  setStage,
  type Scope,
  type Snapshot,
  type Stage,
} from '@tg/test';
import type { Narrator, Report, StepReport } from './narrator';
import { snapshot } from './snapshot';
import { story, type Step } from './story';

/** Where main.tf is, seen from dist/. */
const FOLDER = join(__dirname, '..', 'examples', 'demo');

/**
 * Sets the stage and plays the story step by step, telling each and adding it to the report; ends after a step that failed.
 * Rejects when the demo cannot run here at all, or when `interruption` aborts.
 */
export async function perform(
  scope: Scope,
  report: Report,
  narrator: Narrator,
  interruption: AbortSignal,
): Promise<void> {
  const started = performance.now();
  const binary = await findTerraform();
  const artifacts = findArtifacts(__dirname);
  const forbidden = await namespacesForbidden();
  const bind = forbidden === null;
  if (!bind) {
    report.dryRun = forbidden;
    narrator.say(`DRY RUN: ${forbidden}. The node does everything but bind the address on ${DATA_NIC}.`);
  }

  let stage: Stage | undefined;
  let before: Snapshot = { eni: new Map(), nic: new Map() };
  const play = async (step: Step): Promise<boolean> => {
    const began = performance.now();
    const { details, error } = await outcomeOf(step);
    interruption.throwIfAborted();
    const ms = Math.round(performance.now() - began);
    const after = stage ? await snapshot(stage, bind) : before;
    interruption.throwIfAborted();
    const done: StepReport = {
      name: step.name,
      ok: error === undefined,
      ms,
      eni: [...after.eni.keys()],
      nic: bind ? [...after.nic.keys()] : [],
      ...(error === undefined ? {} : { error }),
    };
    report.steps.push(done);
    const names = { eni: stage?.world.data.id ?? 'ENI', nic: DATA_NIC };
    narrator.step(done, { title: step.title, details, names }, before, after);
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
  if (!(await play(start)) || !stage) return;

  const terraform = await createTerraform({
    binary,
    provider: artifacts.provider,
    install: 'dev-override',
    files: { 'main.tf': await readFile(join(FOLDER, 'main.tf'), 'utf8') },
    env: stage.env,
  });
  scope.defer('remove the terraform folder', () => terraform.close());
  narrator.say(`\n${binary.product} ${binary.version} with examples/demo/main.tf`);
  for (const step of story(stage, terraform, bind)) if (!(await play(step))) return;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  narrator.say(`\nDone in ${seconds} s${bind ? '' : ', as a dry run: nothing was bound'}.`);
}

async function outcomeOf(step: Step): Promise<{ details: string[]; error?: string }> {
  try {
    return { details: await step.act() };
  } catch (error) {
    return { details: [], error: error instanceof Error ? error.message : String(error) };
  }
}

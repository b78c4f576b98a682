import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  addGateway,
  createTerraform,
  DATA_NIC,
  emulatedCloud,
  findArtifacts,
  findTerraform,
  namespacesForbidden,
  NODE_FQDN,
  setStage,
  type Scope,
  type SecondGateway,
  type Snapshot,
  type Stage,
} from '@tg/test';
import type { Narrator, Report, StepReport } from './narrator';
import { secondAct } from './second-act';
import { shownFirst, shownSecond, snapshot, type Shown } from './snapshot';
import { story, type Step } from './story';

/** Where main.tf is, seen from dist/. */
const FOLDER = join(__dirname, '..', 'examples', 'demo');
const SECOND_FQDN = 'gw-b.example.com';
const NOTHING: Snapshot = { eni: new Map(), nic: new Map() };

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
  /** The gateways that tables show, and what they held after the last step. */
  const shown: Shown[] = [];
  let held: Snapshot[] = [];
  const play = async (step: Step): Promise<boolean> => {
    const began = performance.now();
    const { details, error } = await outcomeOf(step);
    interruption.throwIfAborted();
    const ms = Math.round(performance.now() - began);
    const after = await Promise.all(shown.map((one) => snapshot(one, bind)));
    interruption.throwIfAborted();
    const lists = after.map(({ eni, nic }) => ({ eni: [...eni.keys()], nic: bind ? [...nic.keys()] : [] }));
    const [first, second] = lists;
    const done: StepReport = {
      name: step.name,
      ok: error === undefined,
      ms,
      ...(first ?? { eni: [], nic: [] }),
      ...(second === undefined ? {} : { second }),
      ...(error === undefined ? {} : { error }),
    };
    report.steps.push(done);
    const changes = shown.map((one, i) => ({
      names: { eni: one.eniId, nic: shown.length > 1 ? `${DATA_NIC} of ${one.daemon.fqdn}` : DATA_NIC },
      before: held[i] ?? NOTHING,
      after: after[i] ?? NOTHING,
    }));
    narrator.step(done, { title: step.title, details }, changes);
    held = after;
    return done.ok;
  };

  const start: Step = {
    name: 'start',
    title: 'an emulated VPC, a gateway with two NICs, and its daemon',
    act: async () => {
      const cloud = await emulatedCloud(scope, artifacts.vpc);
      stage = await setStage(scope, cloud, { bundle: artifacts.node, bind });
      shown.push(shownFirst(stage));
      return [
        `EC2 endpoint ${cloud.node.aws.ec2_endpoint ?? ''}, instance ${stage.world.instanceId}`,
        `tg-node of ${NODE_FQDN}: https://${stage.daemon.apiHost}, pid ${stage.daemon.pid() ?? 'none'}`,
        `${stage.world.foreign} on the data ENI belongs to somebody else and must stay`,
      ];
    },
  };
  if (!(await play(start)) || !stage) return;

  const acting = async (folder: string, env: NodeJS.ProcessEnv) => {
    const terraform = await createTerraform({
      binary,
      provider: artifacts.provider,
      install: 'dev-override',
      files: { 'main.tf': await readFile(join(FOLDER, folder, 'main.tf'), 'utf8') },
      env,
    });
    scope.defer('remove the terraform folder', () => terraform.close());
    narrator.say(`\n${binary.product} ${binary.version} with ${join('examples/demo', folder, 'main.tf')}`);
    return terraform;
  };
  const first = await acting('', stage.env);
  for (const step of story(stage, first, bind)) if (!(await play(step))) return;

  let second: SecondGateway | undefined;
  const firstStage = stage;
  const enter: Step = {
    name: 'second gateway',
    title: 'second act: another gateway and its daemon, which know nothing of the first',
    act: async () => {
      second = await addGateway(scope, firstStage, artifacts.node, SECOND_FQDN);
      shown.push(shownSecond(second));
      return [`tg-node of ${SECOND_FQDN}: https://${second.daemon.apiHost}, pid ${second.daemon.pid() ?? 'none'}`];
    },
  };
  if (!(await play(enter)) || !second) return;
  const { heartbeats } = second;
  const both = await acting('cluster', {
    ...second.env,
    TF_VAR_heartbeat_ports: JSON.stringify({ [NODE_FQDN]: heartbeats.first, [SECOND_FQDN]: heartbeats.second }),
    TF_VAR_cluster_key: randomBytes(32).toString('base64url'),
  });
  for (const step of secondAct(firstStage, second, both, bind)) if (!(await play(step))) return;
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

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Scope } from '../harness/scope';
import { failures, longestGap } from './attempts';
import type { Attempt } from './clients/event';
import { now } from './clock';
import { callsBeforeTraffic } from './critical-path';
import type { LabEvent } from './events';
import type { Lab } from './lab';
import { CLUSTER_IP, GATEWAYS } from './network/plan';
import { pause } from './pause';
import type { Result, Scenario } from './scenario';
import { fatesOf } from './sessions';
import { SESSIONS, setStage, type Stage } from './stage';

/** How the outcome is judged. */
export interface Judgement {
  /** What the measurement itself costs; added to a target. */
  noiseMs: number;
  /** False: only counts and states are judged, no time. */
  times: boolean;
}

/** After the poke, for an answer or a reset. */
const POKE_MS = 1000;

/** What happened in a run, for the picture. */
export interface Recording {
  events: readonly LabEvent[];
  attempts: ReadonlyMap<string, readonly Attempt[]>;
  fault: number;
}

/**
 * Runs one scenario on daemons of its own. Never rejects: what went wrong stands in the result. The recording is null when
 * the scenario did not come to its end. What it makes is undone by the end of the scenario or of `parent`.
 */
export async function runScenario(
  parent: Scope,
  lab: Lab,
  scenario: Scenario,
  judgement: Judgement,
): Promise<{ result: Result; recording: Recording | null }> {
  const scope = new Scope();
  parent.defer(`end ${scenario.name}`, () => scope.close()); // an interruption does not wait for its end
  lab.recorder.clear();
  const result: Result = {
    name: scenario.name,
    ok: false,
    connect_gap_ms: null,
    ec2_calls: null,
    established: {},
    connects: null,
    routed_gap_ms: null,
    targets: { connect_gap_ms: scenario.gapTargetMs, ec2_calls: scenario.callsTarget },
    wrong: [],
    notes: [],
  };
  let stage: Stage | undefined;
  let recording: Recording | null = null;
  try {
    stage = await setStage(scope, lab, scenario);
    const fault = await actAndMeasure(stage, scenario, result);
    recording = { events: [...lab.recorder.events], attempts: new Map(lab.recorder.attempts), fault };
    judge(scenario, judgement, result);
  } catch (error) {
    result.wrong.push(error instanceof Error ? error.message : String(error));
  }
  if (result.wrong.length > 0 && stage) await saveLogs(stage, scenario.name, result);
  try {
    await scope.close();
  } catch (error) {
    result.wrong.push(error instanceof Error ? error.message : String(error));
  }
  result.ok = result.wrong.length === 0;
  return { result, recording };
}

/** Fills in the result and resolves to when the trouble began. */
async function actAndMeasure(stage: Stage, scenario: Scenario, result: Result): Promise<number> {
  const { lab } = stage;
  const { attempts } = lab.recorder;
  const expected = await scenario.act(stage);
  result.wrong.push(...expected.wrong);
  result.notes.push(...(expected.notes ?? []));
  const address = expected.address ?? CLUSTER_IP;
  result.wrong.push(...(await stage.settled(expected.holder, address)));
  const poked = now();
  stage.lan.poke();
  await pause(POKE_MS);
  await stage.lan.stop();

  const { events } = lab.recorder;
  const connects = attempts.get('connect') ?? [];
  result.connect_gap_ms = round(longestGap(connects, expected.fault, poked).ms);
  result.connects = failures(connects, expected.fault, poked);
  if (scenario.sourceDestCheck !== true) {
    result.routed_gap_ms = round(longestGap(attempts.get('routed') ?? [], expected.fault, poked).ms);
  }
  result.established = fatesOf(events, SESSIONS, { fault: expected.fault, poked });
  const decision = stage.decision() ?? expected.fault;
  const calls = callsBeforeTraffic(events, { decision, holder: 'b', address });
  if (calls) result.notes.push(`EC2 calls before traffic: ${calls.join(', ')}`);
  result.ec2_calls = calls?.length ?? (scenario.callsTarget === null ? null : changesMade(events, expected.fault));
  return expected.fault;
}

/** Calls that change something: none, where nothing has to move. */
const changesMade = (events: readonly LabEvent[], since: number) =>
  events.filter((event) => event.kind === 'call' && event.began >= since && !event.action.startsWith('Describe'))
    .length;

function judge({ gapTargetMs, callsTarget, fates }: Scenario, { noiseMs, times }: Judgement, result: Result): void {
  const { connect_gap_ms: gap, ec2_calls: calls, established, wrong } = result;
  if (times && gapTargetMs !== null && gap !== null && gap > gapTargetMs + noiseMs) {
    wrong.push(`nobody got through for ${gap} ms; at most ${gapTargetMs} ms are allowed (and ${noiseMs} ms of noise)`);
  }
  if (callsTarget !== null && calls !== null && calls > callsTarget) {
    wrong.push(`${calls} EC2 calls before traffic; at most ${callsTarget} are allowed`);
  }
  for (const client of SESSIONS) {
    const allowed = fates?.[client];
    const fate = established[client];
    if (allowed && fate && !allowed.includes(fate.outcome)) {
      wrong.push(`the ${client} client's connection: ${fate.outcome}; it must be ${allowed.join(' or ')}`);
    }
  }
}

/** Keeps what the daemons and the lab said of a scenario that went wrong. */
async function saveLogs(stage: Stage, name: string, result: Result): Promise<void> {
  const folder = join(process.cwd(), '.build', 'lab');
  await mkdir(folder, { recursive: true });
  const write = (file: string, text: string) => writeFile(join(folder, `${name}.${file}`), text);
  await write('events.json', JSON.stringify(stage.lab.recorder.events, null, 1));
  for (const gateway of GATEWAYS) await write(`gw-${gateway}.log`, stage.gateways[gateway].log());
  result.notes.push(`logs: ${join(folder, name)}.*`);
}

const round = (ms: number) => Math.round(ms * 10) / 10;

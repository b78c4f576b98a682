import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsEnis } from '../harness/cloud-aws';
import { namespacesForbidden } from '../harness/namespace';
import { Scope } from '../harness/scope';
import { findTerraform } from '../harness/terraform-binary';
import { runAgainInUserNamespace } from '../harness/user-namespace';
import { startLocalstack } from '../localstack/start-localstack';
import { passBackend, type Backend } from './backend';
import { summarize, type BackendRun, type JestResults } from './summary';

/** The repository; this file runs as dist/acceptance.cjs. */
const ROOT = join(__dirname, '..');

async function main(): Promise<number> {
  const again = await runAgainInUserNamespace();
  if (again !== null) return again;
  const started = performance.now();
  const scope = new Scope();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      void scope.close().catch(() => undefined); // reported by the close in the finally block
    });
  }
  try {
    const terraform = await findTerraform();
    const forbidden = await namespacesForbidden();
    const runs = await Promise.all(
      prepareBackends(scope, forbidden).map((prepared, index) => runOn(scope, prepared, index === 0)),
    );
    const { text, ok } = summarize({
      terraform: `${terraform.product} ${terraform.version}`,
      seconds: (performance.now() - started) / 1000,
      runs,
      ci: Boolean(process.env.CI),
    });
    process.stdout.write(text);
    return ok ? 0 : 1;
  } finally {
    await scope.close();
  }
}

/** A backend that is ready, or why it is not. */
type Prepared = { backend: Backend; how: string } | { name: Backend['name']; notRun: string };

/** The backends of this run, each as soon as it is ready: the suite runs on the fake while LocalStack is installed. */
function prepareBackends(scope: Scope, forbidden: string | null): Promise<Prepared>[] {
  if (forbidden !== null) {
    return (['fake EC2', 'LocalStack'] as const).map((name) => Promise.resolve({ name, notRun: forbidden }));
  }
  if (process.env.TG_ACC_AWS === '1') {
    const enis = awsEnis(process.env);
    const how = `the account of your credentials in ${enis.region}`;
    return [Promise.resolve({ backend: { name: 'AWS', kind: 'aws', enis }, how })];
  }
  const fake: Prepared = { backend: { name: 'fake EC2', kind: 'fake' }, how: 'the VPC emulator on its own' };
  return [Promise.resolve(fake), prepareLocalstack(scope)];
}

async function prepareLocalstack(scope: Scope): Promise<Prepared> {
  const localstack = await startLocalstack();
  if ('unavailable' in localstack) return { name: 'LocalStack', notRun: localstack.unavailable };
  scope.defer('stop LocalStack', () => localstack.stop());
  const backend: Backend = { name: 'LocalStack', kind: 'localstack', upstream: localstack.endpoint };
  return { backend, how: `the VPC emulator in front of ${localstack.how}` };
}

async function runOn(scope: Scope, preparing: Promise<Prepared>, first: boolean): Promise<BackendRun> {
  const prepared = await preparing;
  if ('notRun' in prepared) return prepared;
  const { backend, how } = prepared;
  return { name: backend.name, how, results: await runJest(scope, backend, first && backend.kind !== 'aws') };
}

function awsEnis(env: NodeJS.ProcessEnv): AwsEnis {
  const need = (name: string) => {
    const value = env[name];
    if (value === undefined || value === '') {
      throw new Error(`TG_ACC_AWS=1 needs ${name} (test/acceptance/README.md says what each variable means)`);
    }
    return value;
  };
  return {
    region: need('TG_ACC_AWS_REGION'),
    data: need('TG_ACC_AWS_DATA_ENI'),
    management: need('TG_ACC_AWS_MANAGEMENT_ENI'),
    stranger: need('TG_ACC_AWS_STRANGER_ENI'),
  };
}

/** Runs the suite on one backend, in a process of its own, file after file: a LocalStack answers one call at a time. */
async function runJest(scope: Scope, backend: Backend, first: boolean): Promise<JestResults> {
  const dir = await mkdtemp(join(tmpdir(), 'tg-acc-'));
  scope.defer('remove temporary files', () => rm(dir, { recursive: true, force: true }));
  const outputFile = join(dir, 'results.json');
  const jest = createRequire(join(ROOT, 'package.json')).resolve('jest/bin/jest');
  const config = join(ROOT, 'test', 'acceptance', 'jest.config.cjs');
  const args = [jest, '--config', config, '--runInBand', '--json', `--outputFile=${outputFile}`, '--passWithNoTests'];
  const child = spawn(process.execPath, [...args, ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...passBackend(backend, first),
      TMPDIR: dir, // what an interrupted run leaves goes with it
      TG_ACC_CACHE: join(tmpdir(), `jest-tg-acceptance-${process.getuid?.() ?? 0}`), // but compiled tests are kept
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  });
  scope.defer('stop jest', () => child.kill());
  await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  const results = await readFile(outputFile, 'utf8').catch(() => null);
  if (results === null) throw new Error(`jest ended on ${backend.name} without having run the suite`);
  return JSON.parse(results) as JestResults;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);

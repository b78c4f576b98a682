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
import { passBackends, type Backend } from './backend';
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
    const runs =
      forbidden === null
        ? await prepareBackends(scope)
        : [notRun('fake EC2', forbidden), notRun('LocalStack', forbidden)];
    const ready = runs.flatMap((run) => ('backend' in run ? [run.backend] : []));
    const results = ready.length === 0 ? null : await runJest(scope, ready);
    const { text, ok } = summarize({
      terraform: `${terraform.product} ${terraform.version}`,
      seconds: (performance.now() - started) / 1000,
      runs,
      results,
      ci: Boolean(process.env.CI),
    });
    process.stdout.write(text);
    return ok ? 0 : 1;
  } finally {
    await scope.close();
  }
}

const notRun = (name: Backend['name'], why: string): BackendRun => ({ name, notRun: why });

async function prepareBackends(scope: Scope): Promise<BackendRun[]> {
  if (process.env.TG_ACC_AWS === '1') {
    const enis = awsEnis(process.env);
    return [{ backend: { name: 'AWS', kind: 'aws', enis }, how: `account of your credentials, ${enis.region}` }];
  }
  process.stdout.write('Preparing LocalStack (the first time it is installed) …\n');
  const localstack = await startLocalstack();
  if ('endpoint' in localstack) scope.defer('stop LocalStack', () => localstack.stop());
  return [
    { backend: { name: 'fake EC2', kind: 'fake' }, how: 'the VPC emulator on its own' },
    'endpoint' in localstack
      ? {
          backend: { name: 'LocalStack', kind: 'localstack', upstream: localstack.endpoint },
          how: `the VPC emulator in front of ${localstack.how}`,
        }
      : notRun('LocalStack', localstack.unavailable),
  ];
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

async function runJest(scope: Scope, backends: readonly Backend[]): Promise<JestResults> {
  const dir = await mkdtemp(join(tmpdir(), 'tg-acceptance-'));
  scope.defer('remove the results', () => rm(dir, { recursive: true, force: true }));
  const outputFile = join(dir, 'results.json');
  const jest = createRequire(join(ROOT, 'package.json')).resolve('jest/bin/jest');
  const config = join(ROOT, 'test', 'acceptance', 'jest.config.cjs');
  const args = [
    jest,
    '--config',
    config,
    '--maxWorkers=2',
    '--json',
    `--outputFile=${outputFile}`,
    ...process.argv.slice(2),
  ];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['inherit', 'ignore', 'inherit'],
    env: { ...process.env, ...passBackends(backends) },
  });
  scope.defer('stop jest', () => child.kill());
  await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  return JSON.parse(await readFile(outputFile, 'utf8')) as JestResults;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);

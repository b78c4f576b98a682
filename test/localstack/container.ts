import { untilHealthy } from './health';
import { runCommand } from './run-command';
import { SETTINGS, type LocalStack } from './localstack';

const IMAGE = 'localstack/localstack:4.14.0';

/** Whether a Docker engine answers; if not, why. */
export async function dockerRuns(): Promise<{ ok: boolean; reason: string }> {
  return runCommand('docker', ['version', '--format', '{{.Server.Version}}'], 15_000);
}

/** LocalStack in a container of its own on a free loopback port. */
export async function startContainer(): Promise<LocalStack> {
  const env = Object.entries(SETTINGS).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const run = ['run', '--detach', '--rm', '--publish', '127.0.0.1::4566', ...env, IMAGE];
  const started = await runCommand('docker', run, 600_000);
  if (!started.ok) return { unavailable: `docker run ${IMAGE} failed: ${started.reason}` };
  const id = started.stdout;
  const stop = async (): Promise<void> => {
    const stopped = await runCommand('docker', ['stop', '--time', '5', id], 60_000);
    if (!stopped.ok) throw new Error(`docker stop ${id} failed: ${stopped.reason}`);
  };
  const port = await runCommand('docker', ['port', id, '4566/tcp'], 15_000);
  const endpoint = `http://${port.stdout.split('\n')[0] ?? ''}`;
  const healthy = await untilHealthy(endpoint, 120_000, () => (port.ok ? null : port.reason));
  if (healthy.ok) return { endpoint, how: `LocalStack ${healthy.version} in a container of ${IMAGE}`, stop };
  await stop();
  return { unavailable: `the container of ${IMAGE} did not become healthy: ${healthy.reason}` };
}

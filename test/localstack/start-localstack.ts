import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dockerRuns, startContainer } from './container';
import { findPython } from './find-python';
import { health } from './health';
import { startHostProcess } from './host-process';
import type { LocalStack } from './localstack';
import { pythonEnvironment } from './python-environment';

/** The pinned packages: beside this file, or seen from the bundle in dist/. */
function requirementsFile(): string {
  const places = [join(__dirname, 'requirements.txt'), join(__dirname, '..', 'test', 'localstack', 'requirements.txt')];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`LocalStack's requirements file is at none of ${places.join(', ')}`);
  return found;
}

async function given(endpoint: string): Promise<LocalStack> {
  const url = endpoint.replace(/\/+$/, '');
  const answer = await health(url);
  return answer.ok
    ? {
        endpoint: url,
        how: `LocalStack ${answer.version} at LOCALSTACK_ENDPOINT=${url}`,
        stop: () => Promise.resolve(),
      }
    : { unavailable: `LOCALSTACK_ENDPOINT is ${endpoint}, but no LocalStack with EC2 answers there: ${answer.reason}` };
}

async function startHostMode(): Promise<LocalStack> {
  const python = await findPython();
  if (python === null) {
    return { unavailable: 'there is no Python 3.13 (looked for python3.13, python3, pyenv, uv)' };
  }
  const environment = await pythonEnvironment(python, requirementsFile());
  return 'python' in environment ? startHostProcess(environment.python) : environment;
}

/**
 * A LocalStack to test against: the one at `LOCALSTACK_ENDPOINT` if that is set (and only that), else a container where a
 * Docker engine runs, else a process in a Python environment of the project's own. Never rejects for want of any of them:
 * it then says why each was not possible.
 */
export async function startLocalstack(): Promise<LocalStack> {
  const endpoint = process.env.LOCALSTACK_ENDPOINT;
  if (endpoint !== undefined && endpoint !== '') return given(endpoint);

  const docker = await dockerRuns();
  const container: LocalStack = docker.ok
    ? await startContainer()
    : { unavailable: `no Docker engine runs (${docker.reason})` };
  if ('endpoint' in container) return container;
  const host = await startHostMode();
  if ('endpoint' in host) return host;
  return { unavailable: `${container.unavailable}; ${host.unavailable}` };
}

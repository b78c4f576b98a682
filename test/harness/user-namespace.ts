import { spawn } from 'node:child_process';
import { run } from './run';

const REENTERED = 'TG_HARNESS_REENTERED';

const works = async (...args: string[]) => (await run('unshare', [...args, 'true']).catch(() => null))?.code === 0;

/**
 * Network namespaces need privileges that a user has only in a user namespace of their own. Where this process may not make
 * network namespaces but such a user namespace may, the whole program is run once more inside one.
 * Returns the exit code of that run, or null when the caller should carry on here (with or without the privilege).
 */
export async function runAgainInUserNamespace(): Promise<number | null> {
  if (process.platform !== 'linux' || process.env[REENTERED] !== undefined) return null;
  if (await works('--net')) return null;
  if (!(await works('--user', '--map-root-user', '--net'))) return null;
  const args = ['--user', '--map-root-user', process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn('unshare', args, { stdio: 'inherit', env: { ...process.env, [REENTERED]: '1' } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // The inner run cleans up while we wait for it. Ctrl-C may reach it twice (it is in our process group): harmless.
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

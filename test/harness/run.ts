import { spawn } from 'node:child_process';

/** What a finished command left. */
export interface RunResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** How to run a command. */
export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
  /** SIGTERM after this long; five minutes unless told. */
  timeoutMs?: number;
  /** Aborting sends SIGINT, and SIGKILL five seconds later. */
  signal?: AbortSignal;
}

/** Runs a command to its end, whatever its exit code. Rejects only when it cannot be started. Not hit by Ctrl-C: it has a process group of its own. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 300_000,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    const interrupt = () => {
      child.kill('SIGINT');
      setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
    };
    options.signal?.addEventListener('abort', interrupt, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      options.signal?.removeEventListener('abort', interrupt);
      resolve({ code, stdout, stderr });
    });
    if (options.signal?.aborted) interrupt();
    child.stdin.on('error', () => undefined); // a command that ends without reading its input is judged by its exit code
    child.stdin.end(options.input ?? '');
  });
}

/** Runs a command that must succeed and returns its stdout; the error carries what it printed. */
export async function mustRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${String(code)}\n${stdout}${stderr}`);
  return stdout;
}

import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** How a child ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that a test or the demo started and that goes when they go. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process has ended and its output is complete. */
  readonly exited: Promise<Exit>;
  /** Writes to the stdin that `holdStdin` keeps open. */
  write(text: string): void;
  stdout(): string;
  stderr(): string;
  /** Resolves with the match of the first stdout that `pattern` fits; rejects, with the output so far, when the process ends first or after `timeoutMs`. */
  line(pattern: RegExp, timeoutMs: number): Promise<RegExpMatchArray>;
  /** Sends `signal` (SIGTERM) and waits for the end; SIGKILL after `graceMs`. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<Exit>;
}

/** Everything about a child that its parent decides. */
export interface ChildOptions {
  /** What messages call it. */
  name: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Keeps stdin open as a pipe, so that a child that reads it ends with us. */
  holdStdin?: boolean;
  /** What ends the child when we are killed; SIGTERM unless told. A child that may be stopped needs SIGKILL. */
  deathSignal?: 'TERM' | 'KILL';
  /** Hands our own stdout and stderr to the child: nothing of its output is seen here. */
  inheritOutput?: boolean;
  /** Hears each line of stdout as it comes. */
  onLine?: (line: string) => void;
  /** Hears each line of stderr as it comes. */
  onErrorLine?: (line: string) => void;
}

const SETPRIV = '/usr/bin/setpriv';

/** `setpriv --pdeathsig` ends a child even when we are killed with -9; Linux only, and absent on small systems. */
const diesWithParent = (signal: 'TERM' | 'KILL'): string[] => {
  hasSetpriv ??= existsSync(SETPRIV) && spawnSync(SETPRIV, ['--pdeathsig', 'TERM', SETPRIV, '--version']).status === 0;
  return hasSetpriv ? [SETPRIV, '--pdeathsig', signal, '--'] : [];
};
let hasSetpriv: boolean | undefined;

/**
 * Starts a process in a group of its own, so that Ctrl-C reaches only us and we stop it in order.
 * Rejects when the command cannot be started.
 */
export async function startChild(command: string, args: readonly string[], options: ChildOptions): Promise<Child> {
  const [file, ...rest] = [...diesWithParent(options.deathSignal ?? 'TERM'), command, ...args];
  const output = options.inheritOutput ? 'inherit' : 'pipe';
  const child = spawn(file!, rest, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: [options.holdStdin ? 'pipe' : 'ignore', output, output],
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  const feedOutput = byLine(options.onLine);
  const feedErrors = byLine(options.onErrorLine);
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    for (const listener of listeners) listener();
    feedOutput(chunk);
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    feedErrors(chunk);
  });
  const exited = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(new Error(`${options.name}: cannot start ${command}: ${cause.message}`)));
  });

  const line = (pattern: RegExp, timeoutMs: number) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const finish = (act: () => void) => {
        clearTimeout(timer);
        listeners.delete(look);
        act();
      };
      const fail = (what: string) =>
        finish(() =>
          reject(new Error(`${options.name} ${what} before printing ${String(pattern)}\n${stdout}${stderr}`)),
        );
      const look = () => {
        const match = pattern.exec(stdout);
        if (match) finish(() => resolve(match));
      };
      const timer = setTimeout(() => fail(`took more than ${timeoutMs / 1000} s`), timeoutMs);
      listeners.add(look);
      void exited.then(({ code, signal }) => fail(`ended (${signal ?? `exit code ${String(code)}`})`));
      look();
    });

  const stop = async (signal: NodeJS.Signals = 'SIGTERM', graceMs = 10_000): Promise<Exit> => {
    child.stdin?.destroy();
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    try {
      return await exited;
    } finally {
      clearTimeout(timer);
    }
  };
  const write = (text: string) => {
    if (!child.stdin) throw new Error(`${options.name} was started without a stdin`);
    child.stdin.write(text);
  };
  return { name: options.name, pid: child.pid!, exited, write, stdout: () => stdout, stderr: () => stderr, line, stop };
}

/** Calls `hear` with each line of a stream that comes in chunks. */
function byLine(hear: ((line: string) => void) | undefined): (chunk: string) => void {
  let unfinished = '';
  return (chunk) => {
    if (!hear) return;
    const lines = (unfinished + chunk).split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines) hear(line);
  };
}

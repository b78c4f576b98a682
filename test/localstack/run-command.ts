import { execFile } from 'node:child_process';

/** What a command printed, and whether it could be run and ended with 0. */
export interface CommandResult {
  ok: boolean;
  stdout: string;
  /** Why not, in the command's own last words. */
  reason: string;
}

/** Runs a command to its end; never rejects. `timeoutMs`: after that it is killed. */
export function runCommand(file: string, args: readonly string[], timeoutMs: number): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const words = stderr.trim().split('\n').at(-1) ?? '';
      const killed = error?.killed === true ? `it took longer than ${timeoutMs / 1000} s` : '';
      const reason = error ? killed || words || error.message : '';
      resolve({ ok: error === null, stdout: stdout.trim(), reason });
    });
  });
}

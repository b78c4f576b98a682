import { execFile } from 'node:child_process';
import { toolFailure } from './failure';
import type { Command } from './netns';

/** How a command ended; `code` is null when a signal or the time limit ended it. */
export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end, at most `timeoutMs`. Rejects with an OsError only when it cannot be started. */
export function runCommand({ program, args }: Command, timeoutMs = 5000): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve({ code: 0, stdout, stderr });
        } else if (typeof error.code === 'string') {
          reject(toolFailure(program, error.code, error));
        } else {
          const said = error.killed === true ? `${stderr}gave no answer for ${timeoutMs / 1000} s` : stderr;
          resolve({ code: error.code ?? null, stdout, stderr: said });
        }
      },
    );
  });
}

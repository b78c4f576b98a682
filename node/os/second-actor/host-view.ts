import { readFile, readdir } from 'node:fs/promises';
import { runCommand } from '../run-command';

/** What the detection of other actors may look at; tests give a folder instead of a host. */
export interface HostView {
  /** The file's text; null when it is not there or not ours to read. */
  read(path: string): Promise<string | null>;
  /** The names in a folder, sorted; none when it is not there. */
  names(path: string): Promise<string[]>;
  /** A command's stdout (trimmed), whatever its exit code; null when there is no such command. */
  ask(program: string, ...args: string[]): Promise<string | null>;
}

/** The host we run on. */
export const thisHost: HostView = {
  read: (path) => readFile(path, 'utf8').catch(() => null),
  names: (path) =>
    readdir(path).then(
      (names) => names.sort(),
      () => [],
    ),
  ask: (program, ...args) =>
    runCommand({ program, args }, 3000).then(
      ({ stdout }) => stdout.trim(),
      () => null,
    ),
};

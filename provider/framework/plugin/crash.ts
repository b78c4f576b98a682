import { writeNow } from './write-now';

/**
 * Makes an error that nobody caught end the process in the way Terraform shows to its user: it takes the lines after `panic: ` for
 * the stack of a crashed plugin. Without this the user would see only that the connection broke.
 */
export function reportCrashes(name: string, version: string): void {
  const crash = (error: unknown) => {
    writeNow(2, crashReport(`terraform-provider-${name} ${version}`, error));
    process.exit(2);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

/** What goes to stderr: `panic: ` and the message in the first line, an empty line, the stack. */
export function crashReport(program: string, error: unknown): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return `panic: ${message}\n\n${[program, ...stack].join('\n')}\n`;
}

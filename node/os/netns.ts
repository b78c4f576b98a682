import { readlinkSync } from 'node:fs';

/** A program with its arguments. */
export interface Command {
  program: string;
  args: readonly string[];
}

/**
 * Makes a command run in the network namespace `netns` (`/run/netns/NAME` or `/proc/PID/ns/net`), or where we are for
 * null. For a process in another user namespace (`unshare -Ur`) that one is entered as well: only there may we change
 * the NICs without being root.
 */
export function inNamespace(netns: string | null, command: Command): Command {
  if (netns === null) return command;
  const options = [`--net=${netns}`];
  const foreign = foreignUserNamespace(netns);
  if (foreign !== null) options.push(`--user=${foreign}`, '--preserve-credentials');
  return { program: 'nsenter', args: [...options, '--', command.program, ...command.args] };
}

function foreignUserNamespace(netns: string): string | null {
  const process = /^(\/proc\/\d+\/ns)\/net$/.exec(netns)?.[1];
  if (process === undefined) return null;
  try {
    const theirs = readlinkSync(`${process}/user`);
    return theirs === readlinkSync('/proc/self/ns/user') ? null : `${process}/user`;
  } catch {
    return null; // nsenter will say what is wrong with the process
  }
}

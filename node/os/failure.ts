import { OsError } from '../reconciler/ports';

const PERMISSION = /Operation not permitted|Permission denied|EPERM/i;
const NO_DEVICE = /Cannot find device|does not exist|No such device/i;
const LINK_DOWN = /device is not up|Network is down/i;

/**
 * Turns what a command of iproute2 (or nsenter before it) said into an {@link OsError} with the way out.
 * `task` completes the sentence "cannot …", e.g. "bind 10.0.1.50 on eth1".
 */
export function osFailure(task: string, said: string): OsError {
  const text = said.trim().replace(/\s+/g, ' ') || 'no message';
  if (PERMISSION.test(text)) {
    return new OsError(
      'no-permission',
      'ask-a-person',
      `cannot ${task}: ${text}. The daemon needs CAP_NET_ADMIN: run it as root, or give its unit AmbientCapabilities=CAP_NET_ADMIN.`,
    );
  }
  if (NO_DEVICE.test(text)) {
    return new OsError(
      'no-device',
      'retry-later',
      `cannot ${task}: ${text}. Is the NIC attached, and is that its name?`,
    );
  }
  if (LINK_DOWN.test(text)) {
    return new OsError('failed', 'retry-later', `cannot ${task}: ${text} Bring the link up (ip link set NIC up).`);
  }
  return new OsError('failed', 'retry-later', `cannot ${task}: ${text}`);
}

/** A tool that could not be started at all. */
export function toolFailure(tool: string, code: string | undefined, cause: Error): OsError {
  if (code === 'ENOENT') {
    const packageName = tool === 'ip' ? 'iproute2' : 'util-linux';
    return new OsError(
      'tool-missing',
      'ask-a-person',
      `${tool} was not found in PATH (${process.env.PATH ?? ''}): install the package ${packageName}.`,
      { cause },
    );
  }
  return new OsError('failed', 'retry-later', `cannot run ${tool}: ${cause.message}`, { cause });
}

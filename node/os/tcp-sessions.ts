import { OsError } from '../reconciler/ports';
import { inNamespace } from './netns';
import { runCommand } from './run-command';

/** Connections that were opened anew between the reset and the check are reset once more. */
const ROUNDS = 2;

/**
 * Resets every TCP connection whose local address is one of `addresses` (also of sockets that listen on `::`), which
 * must still be bound: a reset needs its source address. Listeners stay. `ss` exits 0 also when it could do nothing, so
 * the outcome is looked at; rejects with an {@link OsError} when connections are left, or nobody could tell in time.
 */
export async function resetSessions(
  { netns, ss, deadline }: { netns: string | null; ss: string; deadline: () => number },
  addresses: readonly string[],
): Promise<void> {
  const filter = addresses.flatMap((address, i) => [...(i === 0 ? [] : ['or']), 'src', address]);
  const run = (options: string) =>
    runCommand(
      inNamespace(netns, { program: ss, args: [options, '(', ...filter, ')'] }),
      Math.max(1, Math.ceil(deadline())),
    );
  const task = `reset the TCP connections of ${addresses.join(', ')}`;
  let left: string[] = [];
  let said = '';
  for (let round = 0; round < ROUNDS; round++) {
    said = (await run('-HtnK')).stderr.trim();
    const check = await run('-Htn');
    if (check.code !== 0) throw new OsError('failed', 'retry-later', `cannot ${task}: ${check.stderr.trim()}`);
    left = check.stdout.split('\n').filter((line) => line.trim() !== '');
    if (left.length === 0) return;
  }
  throw new OsError(
    'no-permission',
    'ask-a-person',
    `cannot ${task}: ${left.length} are left${said === '' ? '' : ` (${said})`}, and their clients may hang. ss needs ` +
      'CAP_NET_ADMIN and a kernel with CONFIG_INET_DIAG_DESTROY.',
  );
}

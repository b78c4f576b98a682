import { startChild } from './child';
import type { Namespace } from './namespace';

/** Watches a namespace's addresses; the function it resolves with stops watching and returns the addresses removed meanwhile. */
export async function watchRemovals(namespace: Namespace): Promise<() => Promise<string[]>> {
  const monitor = await startChild('nsenter', [`--net=${namespace.path}`, 'ip', '-o', 'monitor', 'address'], {
    name: 'ip monitor',
  });
  return async () => {
    await monitor.stop();
    return [...monitor.stdout().matchAll(/^Deleted .* inet ([\d.]+)\//gm)].map((match) => match[1]!);
  };
}

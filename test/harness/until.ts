/**
 * Asks again every 50 ms until `read` gives something that `accept` takes, and returns it. Rejects after `timeoutMs` with the last
 * value seen. For what has no event to wait for: an ENI, a NIC, the status of a daemon that restarts.
 */
export async function until<T>(
  what: string,
  timeoutMs: number,
  read: () => Promise<T>,
  accept: (value: T) => boolean,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (accept(value)) return value;
    if (performance.now() > deadline) {
      throw new Error(`${what}: not within ${timeoutMs / 1000} s; last seen: ${JSON.stringify(value)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';

/** Whether a LocalStack with EC2 answers at that endpoint; if not, why. */
export async function health(endpoint: string): Promise<{ ok: true; version: string } | { ok: false; reason: string }> {
  try {
    const response = await fetch(`${endpoint}/_localstack/health`, { signal: AbortSignal.timeout(5_000) });
    if (!response.ok) return { ok: false, reason: `GET /_localstack/health answered ${response.status}` };
    const body = (await response.json()) as { services?: Record<string, string>; version?: string };
    const ec2 = body.services?.ec2;
    return ec2 === 'available' || ec2 === 'running'
      ? { ok: true, version: body.version ?? 'unknown' }
      : { ok: false, reason: `its EC2 is ${ec2 ?? 'not there'}` };
  } catch (error) {
    const cause = isNativeError(error) && isNativeError(error.cause) ? error.cause : error;
    return { ok: false, reason: isNativeError(cause) ? cause.message : String(cause) };
  }
}

/** Waits until it is healthy; `gaveUp` ends the wait early with a reason (the process has ended). */
export async function untilHealthy(
  endpoint: string,
  timeoutMs: number,
  gaveUp: () => string | null,
): Promise<{ ok: true; version: string } | { ok: false; reason: string }> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await health(endpoint);
    if (answer.ok) return answer;
    const end = gaveUp();
    if (end !== null) return { ok: false, reason: end };
    if (Date.now() > deadline) {
      return { ok: false, reason: `not healthy after ${timeoutMs / 1000} s: ${answer.reason}` };
    }
    await sleep(100);
  }
}

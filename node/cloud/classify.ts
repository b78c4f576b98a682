import { isNativeError } from 'node:util/types';
import { Ec2Error } from '../reconciler/ports';
import { BROKEN, NEVER_SENT, RULES, TIMED_OUT, UNTRUSTED } from './error-table';

interface Failure {
  name: string;
  code: string | null;
  message: string;
  status: number | null;
}

/**
 * What an error of the AWS SDK means, and whether the call may have happened all the same.
 */
export function classify(error: unknown): Ec2Error {
  if (error instanceof Ec2Error) return error;
  const failure = read(error);
  const options = { cause: error };
  const system = failure.code ?? failure.name;

  if (failure.status === null) {
    if (NEVER_SENT.test(system))
      return new Ec2Error('unreachable', 'retry-later', system, failure.message, 'refused', options);
    if (UNTRUSTED.test(system))
      return new Ec2Error('unreachable', 'retry-later', system, failure.message, 'refused', options);
    if (BROKEN.test(system) || /socket hang up/i.test(failure.message)) {
      return new Ec2Error('unreachable', 'retry-now', system, failure.message, 'unknown', options);
    }
    if (TIMED_OUT.test(failure.name) || TIMED_OUT.test(system)) return timedOut(failure, options);
  }
  if (failure.status !== null && failure.status < 500 && isNotEc2(failure)) return foreign(failure.status, options);
  const match = RULES.find(
    ({ code, message }) => (code?.test(failure.name) ?? true) && (message?.test(failure.message) ?? true),
  );
  // A server error may strike after the work was done; whatever else has a status was refused before.
  const outcome =
    failure.status !== null && failure.status >= 500 && match?.reason !== 'throttled' ? 'unknown' : 'refused';
  if (match !== undefined) {
    return new Ec2Error(match.reason, match.kind, failure.name, failure.message, outcome, options);
  }
  if (failure.status !== null && failure.status >= 500) {
    return new Ec2Error('server', 'retry-later', failure.name, failure.message, 'unknown', options);
  }
  if (failure.status !== null && failure.status >= 400) {
    // Only a refusal that we know for one may put a config back; what we do not know may pass.
    return new Ec2Error('unknown', 'retry-later', failure.name, failure.message, 'refused', options);
  }
  return new Ec2Error('unknown', 'retry-later', failure.name, failure.message, 'unknown', options);
}

/** Every refusal of EC2 has a code; the SDK calls the lack of one `Unknown`, and what is no XML an error of its own. */
function isNotEc2({ name, message }: Failure): boolean {
  return name === 'Unknown' || /XML parse error|Deserialization error/.test(message);
}

function foreign(status: number, options: ErrorOptions): Ec2Error {
  const message = `what answered (HTTP ${status}) is not EC2; is there a proxy or firewall on the way to it?`;
  // Where a proxy refuses a request, it does not pass it on.
  const outcome = status >= 400 ? 'refused' : 'unknown';
  return new Ec2Error('unreachable', 'retry-later', `HTTP ${status}`, message, outcome, options);
}

function timedOut(failure: Failure, options: ErrorOptions): Ec2Error {
  const beforeConnecting = /did not establish a connection|connection.*timed? ?out.*connect|connectionTimeout/i.test(
    failure.message,
  );
  return beforeConnecting
    ? new Ec2Error('unreachable', 'retry-later', failure.name, failure.message, 'refused', options)
    : new Ec2Error('timeout', 'retry-now', failure.name, failure.message, 'unknown', options);
}

function read(error: unknown): Failure {
  if (!isNativeError(error)) return { name: 'Error', code: null, message: String(error), status: null };
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  // EC2 appends a kilobyte that only sts:DecodeAuthorizationMessage can read.
  const message = error.message.replace(/\s*Encoded authorization failure message:.*$/s, '');
  return {
    name: error.name,
    // The SDK wraps some errors of the system, and keeps only their text.
    code: typeof code === 'string' ? code : (/\bE[A-Z_]{4,}\b/.exec(message)?.[0] ?? null),
    message: message === '' ? error.name : message,
    status: $metadata?.httpStatusCode ?? null,
  };
}

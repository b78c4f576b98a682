import type { Path } from '../framework/cty/path';
import { ROOT } from '../framework/cty/path';
import type { Diagnostic } from '../framework/schema/diagnostic';
import { errorAt } from '../framework/schema/diagnostic';
import type { PortalErrorKind } from '../portal/portal-error';
import { PortalError } from '../portal/portal-error';

const SUMMARY: Readonly<Record<PortalErrorKind, string>> = {
  settings: 'The provider is not configured for this target',
  unreachable: 'Config API not reachable',
  tls: 'TLS certificate not trusted',
  credentials: 'Credentials not accepted',
  forbidden: 'Not allowed',
  'not-found': 'Not found',
  changed: 'Configuration kept changing',
  'too-large': 'Configuration too large',
  refused: 'Change refused',
  'unknown-outcome': 'Change sent, but not confirmed',
  server: 'Config API failed',
  protocol: 'Answer not understood',
  pending: 'Change not applied in time',
  superseded: 'Change replaced by a later one',
  aborted: 'Given up',
};

/**
 * A failed request as the user is told it. `what` begins the sentence: `eth1 of node gw-a.example.com`. `pathOf` finds the attribute that
 * the server refuses. Rethrows what is a bug.
 */
export function diagnosticOf(
  error: unknown,
  what: string,
  pathOf: (error: PortalError) => Path = () => ROOT,
): Diagnostic {
  if (!(error instanceof PortalError)) throw error;
  return errorAt(pathOf(error), SUMMARY[error.kind], `${what}: ${withoutControls(error.message)}`);
}

/** A server's sentences may be in it; terminals act on control characters. Lines stay lines. */
// eslint-disable-next-line no-control-regex -- exactly these
const withoutControls = (text: string): string => text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]+/g, ' ');

export const hasKind = (error: unknown, kind: PortalErrorKind): error is PortalError =>
  error instanceof PortalError && error.kind === kind;

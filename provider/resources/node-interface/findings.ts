import type { Finding } from '@tg/api';
import type { Path } from '../../framework/cty/path';
import { attributePath, ROOT } from '../../framework/cty/path';
import type { Diagnostic } from '../../framework/schema/diagnostic';
import type { PortalError } from '../../portal/portal-error';
import { oneLine } from '../../portal/redact';
import { diagnosticOf } from '../diagnose';
import { attributeOf } from './fields';

/** A failed request about an interface. What the node refuses about a cluster IP is shown beside that attribute. */
export const interfaceDiagnostic = (error: unknown, what: string): Diagnostic => diagnosticOf(error, what, pathOf);

function pathOf({ kind, sentences }: PortalError): Path {
  const [only, another] = sentences;
  return kind === 'refused' && another === undefined && /cluster_?ip/i.test(only ?? '')
    ? attributePath('cluster_ip')
    : ROOT;
}

/** A finding of the node's check as a diagnostic, at the attribute that it is about. */
export function findingDiagnostic(finding: Finding, what: string): Diagnostic {
  const attribute =
    finding.field === undefined ? undefined : finding.field === 'nic' ? 'nic' : attributeOf(finding.field);
  const summary = finding.severity === 'error' ? 'The node would refuse this' : 'The node warns of this';
  return {
    severity: finding.severity,
    summary,
    detail: `${what}: ${oneLine(finding.message)}`,
    path: attribute === undefined ? ROOT : attributePath(attribute),
  };
}

import type { Path } from '../cty/path';
import { pathText } from '../cty/path';
import type { Diagnostic } from '../schema/diagnostic';
import { errorAt } from '../schema/diagnostic';

/** Summary of everything that is the provider's own fault. */
export const PROVIDER_BUG = 'Bug in the provider';

/** A rule of the protocol that a provider broke, seen before Terraform sees it. Values are never shown: they may be secret. */
export interface Violation {
  readonly path: Path;
  /** Completes "PATH …": what it is and what it should be. */
  readonly problem: string;
}

/** The one way to say it. `action` completes "while …". */
export function bugDiagnostic(typeName: string, action: string, { path, problem }: Violation): Diagnostic {
  const where = path.length === 0 ? 'the resource as a whole' : pathText(path);
  return errorAt(
    path,
    PROVIDER_BUG,
    `While ${action} ${typeName}, ${where} ${problem}. This is not a mistake in your configuration: please report it to the provider's ` +
      'developers, with the configuration of this resource.',
  );
}

/** How broken rules are treated: tests throw, so that no suite passes over one. */
export type OnViolation = 'report' | 'throw';

/** A broken rule in a test. */
export class ViolationError extends Error {
  override readonly name = 'ViolationError';
}

export function reportViolations(
  typeName: string,
  action: string,
  violations: readonly Violation[],
  how: OnViolation,
): Diagnostic[] {
  const diagnostics = violations.map((v) => bugDiagnostic(typeName, action, v));
  if (how === 'throw' && diagnostics.length > 0) throw new ViolationError(diagnostics.map((d) => d.detail).join('\n'));
  return diagnostics;
}

import type { Path } from '../cty/path';
import { upToSet } from '../cty/path';
import type { Init } from '../protocol/message';
import type { AttributePath, AttributePathStep, Diagnostic as WireDiagnostic } from '../protocol/tfplugin6.generated';
import type { Diagnostic } from './diagnostic';
import { dedupe } from './diagnostic';

/** The diagnostics as Terraform is told them, each once. */
export function wireDiagnostics(diagnostics: readonly Diagnostic[]): Init<WireDiagnostic>[] {
  return dedupe(diagnostics.map((d) => ({ ...d, path: upToSet(d.path) }))).map(
    ({ severity, summary, detail, path }) => ({
      severity: severity === 'error' ? 'ERROR' : 'WARNING',
      summary,
      detail,
      ...(path.length === 0 ? {} : { attribute: wirePath(path) }),
    }),
  );
}

/** The path as Terraform is told it: it ends at a set, for the protocol has no step into one. */
export function wirePath(path: Path): Init<AttributePath> {
  const steps: Init<AttributePathStep>[] = [];
  for (const step of upToSet(path)) {
    switch (step.kind) {
      case 'attribute':
        steps.push({ selector: { case: 'attributeName', value: step.name } });
        break;
      case 'key':
        steps.push({ selector: { case: 'elementKeyString', value: step.key } });
        break;
      case 'index':
        steps.push({ selector: { case: 'elementKeyInt', value: step.index } });
        break;
      case 'element':
        throw new Error('a path that should have ended at its set');
    }
  }
  return { steps };
}

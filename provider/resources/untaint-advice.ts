import type { Diagnostic } from '../framework/schema/diagnostic';

/** Terraform taints what a failed create leaves, and replaces it at the next apply, which `does` something that nobody may want. */
export const untaintAdvice =
  (does: string) =>
  (diagnostic: Diagnostic): Diagnostic => {
    if (diagnostic.severity !== 'error') return diagnostic;
    return {
      ...diagnostic,
      detail:
        `${diagnostic.detail}\n\nTerraform marks a resource whose creation failed as tainted: the next apply would ${does}. To prevent that, run ` +
        '`terraform untaint` with the address of this resource first; then a plan shows what is left to do.',
    };
  };

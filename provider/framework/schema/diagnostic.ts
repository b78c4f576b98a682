import type { Path } from '../cty/path';
import { ROOT, pathsEqual } from '../cty/path';

/** What a user is told. A value like any other: collected, compared, returned; never thrown. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** One short sentence without a full stop, the same for every occurrence. */
  readonly summary: string;
  /** The field, the value (unless sensitive) and the way out. */
  readonly detail: string;
  /** The part of the resource that it is about; empty when it is about the whole. */
  readonly path: Path;
}

export function errorAt(path: Path, summary: string, detail: string): Diagnostic {
  return { severity: 'error', summary, detail, path };
}

export function warningAt(path: Path, summary: string, detail: string): Diagnostic {
  return { severity: 'warning', summary, detail, path };
}

export const errorOf = (summary: string, detail: string): Diagnostic => errorAt(ROOT, summary, detail);
export const warningOf = (summary: string, detail: string): Diagnostic => warningAt(ROOT, summary, detail);

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error');
}

/** The same diagnostics in the same order, each once. */
export function dedupe(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.filter((d, i) => diagnostics.findIndex((other) => equal(d, other)) === i);
}

function equal(a: Diagnostic, b: Diagnostic): boolean {
  return a.severity === b.severity && a.summary === b.summary && a.detail === b.detail && pathsEqual(a.path, b.path);
}

import { valuesEqual } from '../cty/canonical';
import { conformanceErrors } from '../cty/conform';
import { typesEqual } from '../cty/json/type';
import type { Path } from '../cty/path';
import { attributePath, ROOT } from '../cty/path';
import type { Type } from '../cty/type';
import { isUnknown } from '../cty/unknown';
import type { Value, ValueRecord } from '../cty/value';
import { Dynamic, isArray } from '../cty/value';
import { containsUnknown, partsOf, walk } from '../cty/walk';
import type { Attributes } from '../schema/attribute';
import { schemaType } from '../schema/implied-type';
import type { Schema } from '../schema/schema';
import type { Violation } from './bug';

/** Whatever a state must never be: of another type, with unknown parts, with a write-only value. */
export function stateViolations(schema: Schema, state: ValueRecord): Violation[] {
  const type = schemaType(schema);
  const shape = conformanceErrors(state, type).map(({ path, problem }) => ({
    path,
    problem: `is not of its type: ${problem}`,
  }));
  if (shape.length > 0) return shape;
  const found: Violation[] = [];
  walk(state, type, (value, _, path) => {
    if (isUnknown(value)) found.push({ path, problem: 'is still unknown' });
    return !isUnknown(value);
  });
  return [...found, ...writeOnly(schema.attributes, state)];
}

function writeOnly(attributes: Attributes, state: ValueRecord): Violation[] {
  return Object.entries(attributes)
    .filter(([name, declared]) => declared.writeOnly && state[name] !== null)
    .map(([name]) => ({ path: attributePath(name), problem: 'is write-only and must not be stored' }));
}

/** Where a new state is not what was planned: every value that the plan knew must be there unchanged. */
export function applyViolations(schema: Schema, planned: ValueRecord, state: ValueRecord): Violation[] {
  const found: Violation[] = [];
  compare(planned, state, schemaType(schema), ROOT, found);
  return found;
}

function compare(planned: Value, actual: Value, type: Type, path: Path, found: Violation[]): void {
  if (isUnknown(planned) || valuesEqual(planned, actual, type)) return;
  partsThatDiffer(planned, actual, type, path, found, (problem) => void found.push({ path, problem }));
}

const OTHER = 'was planned as one value and is another after the change';

/** Looks for the innermost difference, so that the message names it. */
function partsThatDiffer(
  planned: Value,
  actual: Value,
  type: Type,
  path: Path,
  found: Violation[],
  differs: (problem: string) => void,
): void {
  if (planned === null || actual === null || isUnknown(actual)) {
    differs(OTHER);
    return;
  }
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'bool': {
      differs(OTHER);
      return;
    }
    case 'set': {
      // Elements with unknown parts may become equal to each other, so a set may shrink; it may not grow.
      const [before, after] = [isArray(planned) ? planned.length : 0, isArray(actual) ? actual.length : 0];
      if (!containsUnknown(planned) || after > before) differs(OTHER);
      return;
    }
    case 'dynamic':
      if (!(planned instanceof Dynamic && actual instanceof Dynamic)) {
        differs(OTHER);
        return;
      }
      if (!typesEqual(planned.type, actual.type)) {
        differs(OTHER);
        return;
      }
      compare(planned.value, actual.value, actual.type, path, found);
      return;
    case 'list':
    case 'tuple':
    case 'map':
    case 'object': {
      const before = partsOf(planned, type, path);
      const after = partsOf(actual, type, path);
      const keysDiffer =
        type.kind === 'map' && Object.keys(planned).some((key) => !Object.hasOwn(actual as ValueRecord, key));
      if (before.length !== after.length || keysDiffer) {
        differs('has other elements than planned after the change');
        return;
      }
      for (const part of before) {
        const match = after.find((other) => samePlace(other.path, part.path));
        if (match !== undefined) compare(part.value, match.value, part.type, part.path, found);
      }
    }
  }
}

function samePlace(a: Path, b: Path): boolean {
  return JSON.stringify(a.at(-1)) === JSON.stringify(b.at(-1));
}

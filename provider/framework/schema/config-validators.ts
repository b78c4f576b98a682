import { atAttribute, ROOT } from '../cty/path';
import { isUnknown } from '../cty/unknown';
import type { ValueRecord } from '../cty/value';
import { field } from '../cty/value';
import type { Diagnostic } from './diagnostic';
import { errorAt, errorOf } from './diagnostic';
import type { ConfigValidator } from './validator';

/*
 * Rules over top-level attributes. An unknown attribute may turn out set or null, so it satisfies "at least one" and
 * never offends "at most one": what can only be told later is told later.
 */

/** Exactly one of these must be set. */
export function exactlyOneOf(...names: readonly string[]): ConfigValidator {
  const most = conflicting(...names);
  const least = atLeastOneOf(...names);
  return (config) => {
    const tooMany = most(config);
    return tooMany.length > 0
      ? tooMany
      : least(config).map((d) => ({ ...d, detail: `Exactly one of ${list(names, 'and')} must be set.` }));
  };
}

/** One or more of these must be set. */
export function atLeastOneOf(...names: readonly string[]): ConfigValidator {
  return (config) =>
    names.some((name) => field(config, name) !== null)
      ? []
      : [errorOf('Missing attribute', `At least one of ${list(names, 'and')} must be set.`)];
}

/** At most one of these may be set. */
export function conflicting(...names: readonly string[]): ConfigValidator {
  return (config) => {
    const set = names.filter((name) => isSet(config, name));
    if (set.length < 2) return [];
    const detail = `${list(set, 'and')} are set, but only one of ${list(names, 'and')} may be: remove ${set.length === 2 ? 'one' : 'all but one'}.`;
    return set.map((name): Diagnostic => errorAt(atAttribute(ROOT, name), 'Conflicting attributes', detail));
  };
}

/** All of these must be set, or none. */
export function requiredTogether(...names: readonly string[]): ConfigValidator {
  return (config) => {
    const missing = names.filter((name) => field(config, name) === null);
    const set = names.filter((name) => isSet(config, name));
    if (missing.length === 0 || set.length === 0) return [];
    const detail = `${list(names, 'and')} go together: ${list(set, 'and')} ${set.length === 1 ? 'is' : 'are'} set, so ${list(missing, 'and')} must be set too.`;
    return missing.map((name): Diagnostic => errorAt(atAttribute(ROOT, name), 'Missing attribute', detail));
  };
}

function isSet(config: ValueRecord, name: string): boolean {
  const value = field(config, name);
  return value !== null && !isUnknown(value);
}

/** `a`, `a and b`, `a, b and c`. */
function list(names: readonly string[], word: string): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${word} ${last}`;
}

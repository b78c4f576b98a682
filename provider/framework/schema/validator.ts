import type { Path } from '../cty/path';
import type { Value, ValueRecord } from '../cty/value';
import type { Diagnostic } from './diagnostic';

/**
 * Checks one attribute's configured value, which is wholly known and not null. `config` is the whole object that was
 * configured, for a look at other attributes; those may be unknown.
 */
export type Validator<T extends Value = never> = (value: T, path: Path, config: ValueRecord) => readonly Diagnostic[];

/** Checks a whole resource's (or provider's) configuration. Any value in it may be unknown; then it must not complain of it. */
export type ConfigValidator = (config: ValueRecord) => readonly Diagnostic[];

import type { NumberValue } from './number';

/** What is known about a value that is not known yet. Every field may be absent. */
export interface Refinements {
  /** False: it will not be null. True never occurs (such a value is simply null). */
  readonly nullable?: boolean;
  /** It will be a string that starts so. */
  readonly prefix?: string;
  readonly min?: { readonly value: NumberValue; readonly inclusive: boolean };
  readonly max?: { readonly value: NumberValue; readonly inclusive: boolean };
  /** Bounds on the number of elements of a collection. */
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** A value that will be known only after apply. Any type's value may be one. */
export class Unknown {
  constructor(readonly refinements: Refinements = {}) {}
}

/** The unknown value about which nothing more is known. */
export const UNKNOWN = new Unknown();

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

import { matchesWildcard } from '../rules/filters';
import type { PolicyStatement } from './policy';

/** A policy writes one value as a string and several as a list. */
export function asList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** Actions are compared without regard to case, as IAM does. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesWildcard(pattern.toLowerCase(), action.toLowerCase());
}

/** The action patterns of the statement that fit the action. */
export function fittingPatterns(statement: PolicyStatement, action: string): readonly string[] {
  return asList(statement.Action).filter((pattern) => matchesAction(pattern, action));
}

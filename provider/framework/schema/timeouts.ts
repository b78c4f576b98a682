import type { Attribute, Attributes } from './attribute';
import { stringAttribute } from './attributes';
import { parseDuration } from './duration';
import { singleNested } from './nested-attributes';
import type { Validator } from './validator';
import { invalidValue } from './value-validators';

/** What can be given a time limit. */
export type TimedOperation = 'create' | 'read' | 'update' | 'delete';

/** Values of a `timeouts` attribute: Go durations, null where the default holds. */
export type Timeouts<O extends TimedOperation> = Readonly<Record<O, string | null>>;

const VERB: Readonly<Record<TimedOperation, string>> = {
  create: 'creation',
  read: 'reading',
  update: 'an update',
  delete: 'destruction',
};

/** A positive duration as Go writes it. */
export const positiveDuration: Validator<string> = (value, path) =>
  (parseDuration(value) ?? 0) > 0
    ? []
    : [invalidValue(path, 'a positive duration such as "30s", "5m" or "2h45m"', JSON.stringify(value))];

/** The usual `timeouts` attribute; `defaults` names the operations and how long each may take when nothing is said. */
export function timeouts<O extends TimedOperation>(
  defaults: Readonly<Record<O, string>>,
): Attribute<Timeouts<O>, 'optional'> {
  const attributes: Record<string, Attributes[string]> = {};
  for (const [operation, fallback] of Object.entries(defaults) as [O, string][]) {
    attributes[operation] = stringAttribute({
      presence: 'optional',
      description: `How long ${VERB[operation]} may take, as a duration such as \`30s\` or \`2h45m\`. Default: \`${fallback}\`.`,
      validators: [positiveDuration],
    });
  }
  return singleNested({
    presence: 'optional',
    description: 'How long each operation may take before it is given up.',
    attributes,
  }) as Attribute<Timeouts<O>, 'optional'>;
}

/** How many milliseconds `operation` may take. */
export function timeoutOf<O extends TimedOperation>(
  operation: NoInfer<O>,
  configured: Timeouts<NoInfer<O>> | null,
  defaults: Readonly<Record<O, string>>,
): number {
  const text = configured?.[operation] ?? defaults[operation];
  const ms = parseDuration(text);
  if (ms === null || ms <= 0)
    throw new RangeError(`timeouts.${operation} is no positive duration: ${JSON.stringify(text)}`);
  return ms;
}

import type * as z from 'zod';

/** Every complaint of a schema about `body` as a sentence that names the field and the value; the NIC too, inside one. */
export function sentencesOf(error: z.ZodError, body: unknown): string[] {
  return [...new Set(error.issues.flatMap((issue) => sentences(issue, body)))];
}

function sentences(issue: z.core.$ZodIssue, body: unknown): string[] {
  const where = fieldOf(issue.path, body);
  const value = isSecret(issue.path) ? '(not shown)' : show(valueAt(issue.path, body));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(
        (key) =>
          `${fieldOf([...issue.path, key], body)} is not a field that this node knows; remove it or correct its name.`,
      );
    case 'invalid_type':
      return value === undefined
        ? [`${where} is missing; it must be ${article(issue.expected)}.`]
        : [`${where} must be ${article(issue.expected)}, not ${value}.`];
    case 'invalid_value':
      return [`${where} is ${value ?? 'missing'}; it must be one of ${issue.values.map(show).join(', ')}.`];
    case 'too_big':
      return [`${where} is ${value ?? 'missing'}; it must be at most ${String(issue.maximum)}.`];
    case 'too_small':
      return [`${where} is ${value ?? 'missing'}; it must be at least ${String(issue.minimum)}.`];
    case 'invalid_union':
      return unionSentences(issue, body);
    case 'invalid_format':
    case 'custom':
      return [`${where} ${isSaid(issue, body) ? '' : `${value ?? ''} `}${issue.message}.`];
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
      return [`${where} is ${value ?? 'missing'}: ${issue.message}.`];
  }
}

/** A secret put where its hash belongs, or a cluster key, must not reach a terminal or a journal. */
const isSecret = (path: readonly PropertyKey[]): boolean =>
  String(path.at(-1)).startsWith('secret') || path.at(-1) === 'clusterKey';

/** Whether the message speaks of the value itself, or there is no value that could be shown. */
function isSaid(issue: z.core.$ZodIssue, body: unknown): boolean {
  const value = valueAt(issue.path, body);
  if (typeof value !== 'string' && typeof value !== 'number') return true;
  return issue.code === 'custom' && issue.message.includes(String(value));
}

/** A union of "not set" and the real thing: what the real thing says is what helps. */
function unionSentences(issue: z.core.$ZodIssueInvalidUnion, body: unknown): string[] {
  const branches = issue.errors.map((branch) => branch.filter(({ code }) => code !== 'invalid_value'));
  const best = branches.find((branch) => branch.length > 0) ?? issue.errors[0] ?? [];
  if (best.length === 0)
    return [
      `${fieldOf(issue.path, body)} is ${show(valueAt(issue.path, body)) ?? 'missing'}, which fits none of what it may be.`,
    ];
  return best.flatMap((inner) => sentences({ ...inner, path: [...issue.path, ...inner.path] }, body));
}

/** `interfaces[0].clusterIP (eth1)`; the body itself is "the body". */
function fieldOf(path: readonly PropertyKey[], body: unknown): string {
  if (path.length === 0) return 'the body';
  const text = path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('');
  const nic = path[0] === 'interfaces' && path.length > 2 ? valueAt([...path.slice(0, 2), 'nic'], body) : undefined;
  return typeof nic === 'string' ? `${text} (${nic})` : text;
}

function valueAt(path: readonly PropertyKey[], body: unknown): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    body,
  );
}

/** A value for a person: short, on one line; undefined for a missing one. */
function show(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'bigint') return String(value);
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

function article(type: string): string {
  const words: Record<string, string> = {
    int: 'a whole number',
    number: 'a number',
    string: 'a string',
    boolean: 'true or false',
    array: 'an array',
    object: 'an object',
    record: 'an object',
  };
  return words[type] ?? type;
}

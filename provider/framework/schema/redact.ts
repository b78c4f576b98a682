import { isNumberValue, numberText } from '../cty/number';
import type { Value } from '../cty/value';
import { isArray, isRecord } from '../cty/value';
import type { Diagnostic } from './diagnostic';

/** What stands where a sensitive value stood; as in Terraform's own output. */
export const SENSITIVE = '(sensitive value)';

/** A validator says which value it refuses; here are its words without that value, which is sensitive. */
export function redacted(diagnostic: Diagnostic, value: Value): Diagnostic {
  const secrets = textsIn(value).sort((a, b) => b.length - a.length);
  return { ...diagnostic, detail: secrets.reduce(withoutSecret, diagnostic.detail) };
}

/** A short secret, such as `a` or 1, is looked for as a word only: taken out everywhere it would leave nothing readable. */
function withoutSecret(text: string, secret: string): string {
  const unquoted = text.replaceAll(JSON.stringify(secret), SENSITIVE);
  if (secret.length > 3) return unquoted.replaceAll(secret, SENSITIVE);
  const word = secret.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return unquoted.replace(new RegExp(`(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`, 'gu'), SENSITIVE);
}

function textsIn(value: Value): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (isNumberValue(value)) return [numberText(value)];
  if (isArray(value)) return value.flatMap(textsIn);
  return isRecord(value) ? Object.values(value).flatMap(textsIn) : [];
}

import { setting, type Environment } from './environment';
import { LOG_LEVELS, type LogFields, type Logger, type LogLevel } from './logger';
import { writeNow } from './write-now';

/** Terraform splits longer lines, and then shows the pieces as they are. */
const MAX_LINE_BYTES = 64 * 1024 - 1;

/** What a text may have in a line that would be too long. */
const CUT_AT = 1000;

/** A logger that writes lines of JSON, as Terraform's own logs have them, to stderr. It is silent unless the environment asks. */
export function stderrLogger(name: string, env: Environment): Logger {
  return hclogger(name, logLevel(name, env), (line) => writeNow(2, line));
}

/**
 * The lowest level that is wanted, or undefined for none: TF_LOG_PROVIDER_<NAME>, else TF_LOG_PROVIDER, else TF_LOG. As Terraform has
 * it, `JSON` and every word it does not know mean trace.
 */
export function logLevel(name: string, env: Environment): LogLevel | undefined {
  const own = `TF_LOG_PROVIDER_${name.toUpperCase().replace(/-/g, '_')}`;
  const wanted = (
    setting(env, own) ??
    setting(env, 'TF_LOG_PROVIDER') ??
    setting(env, 'TF_LOG') ??
    'off'
  ).toLowerCase();
  if (wanted === 'off') return undefined;
  return LOG_LEVELS.find((level) => level === wanted) ?? 'trace';
}

/** Lines for `write`, each with its line end. */
export function hclogger(
  name: string,
  lowest: LogLevel | undefined,
  write: (line: string) => void,
  fields: LogFields = {},
): Logger {
  const threshold = lowest === undefined ? Infinity : LOG_LEVELS.indexOf(lowest);
  const at = (level: LogLevel) =>
    LOG_LEVELS.indexOf(level) < threshold
      ? () => undefined
      : (message: string, more: LogFields | (() => LogFields) = {}) =>
          write(line(name, level, message, { ...fields, ...(typeof more === 'function' ? more() : more) }));
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    enabled: (level) => LOG_LEVELS.indexOf(level) >= threshold,
    with: (more) => hclogger(name, lowest, write, { ...fields, ...more }),
  };
}

function line(name: string, level: LogLevel, message: string, fields: LogFields): string {
  const head = { '@level': level, '@message': message, '@module': name, '@timestamp': timestamp() };
  const whole = json({ ...fields, ...head });
  if (Buffer.byteLength(whole) <= MAX_LINE_BYTES) return whole + '\n';
  const short = { ...head, '@message': cut(message) };
  const pieces = Object.entries(fields).map(([key, value]) => [
    key,
    cut(typeof value === 'string' ? value : json(value)),
  ]);
  const shorter = json({ ...Object.fromEntries(pieces), ...short });
  return (Buffer.byteLength(shorter) <= MAX_LINE_BYTES ? shorter : json(short)) + '\n';
}

/** Go's `2006-01-02T15:04:05.000000Z07:00`: six digits, or Terraform does not take the line for a log line at all. */
function timestamp(): string {
  return new Date().toISOString().replace('Z', '000Z');
}

function cut(text: string): string {
  return text.length <= CUT_AT ? text : `${text.slice(0, CUT_AT)}… (${text.length - CUT_AT} more)`;
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value, replaceUnwritable);
  } catch (error) {
    return JSON.stringify({
      '@level': 'warn',
      '@message': `a log line could not be written: ${String(error)}`,
      '@timestamp': timestamp(),
    });
  }
}

/** `this` is asked, because a Buffer's own toJSON has spelt out its bytes by the time `value` is passed. */
function replaceUnwritable(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  if (original instanceof Uint8Array) return `${original.length} bytes`;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return value.stack ?? value.message;
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}

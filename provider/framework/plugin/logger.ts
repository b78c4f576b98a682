/** Levels of Terraform's logs, from the most talkative to the most serious. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Values a log line carries beside its message. Never put a secret here; configuration and state values only at `trace`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes structured lines that Terraform shows according to TF_LOG. What nobody will read costs nothing: pass a function for fields that are costly to make. */
export interface Logger {
  trace(message: string, fields?: LogFields | (() => LogFields)): void;
  debug(message: string, fields?: LogFields | (() => LogFields)): void;
  info(message: string, fields?: LogFields | (() => LogFields)): void;
  warn(message: string, fields?: LogFields | (() => LogFields)): void;
  error(message: string, fields?: LogFields | (() => LogFields)): void;
  /** Whether a line of this level is written at all. */
  enabled(level: LogLevel): boolean;
  /** A logger whose every line carries these fields too. */
  with(fields: LogFields): Logger;
}

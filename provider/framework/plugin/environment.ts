/** Variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable; undefined also for an empty one, which go-plugin takes for not set. */
export function setting(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

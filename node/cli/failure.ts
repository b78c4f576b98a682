/** Ends a command with a sentence on stderr. `code` 1: it failed; 2: it was called wrongly; 3: the daemon does not run. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  constructor(
    message: string,
    readonly code: 1 | 2 | 3 = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

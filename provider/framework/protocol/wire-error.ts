/** Bytes that are not the message they should be, or a value that its field cannot carry. */
export class WireError extends Error {
  override name = 'WireError';

  /** `where`: the message or field at fault, said first. */
  constructor(
    what: string,
    readonly where?: string,
  ) {
    super(where === undefined ? what : `${where}: ${what}`);
  }
}

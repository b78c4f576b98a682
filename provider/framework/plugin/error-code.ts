/** The `code` of an error of the system or of Node, such as `EADDRINUSE`. */
export function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

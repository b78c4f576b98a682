import { PathError } from '../cty/path-error';
import type { CallContext } from '../plugin/method';
import type { Diagnostic } from '../schema/diagnostic';
import { errorAt, errorOf } from '../schema/diagnostic';
import { PROVIDER_BUG, ViolationError } from './bug';

/**
 * Runs one call's code; what it throws becomes a diagnostic, since a gRPC error would be shown as "The plugin returned an unexpected error".
 * `whileDoing` completes "The provider failed while …".
 */
export async function guarded<T>(
  whileDoing: string,
  context: CallContext,
  run: () => Promise<T>,
  failed: (diagnostics: Diagnostic[]) => T,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ViolationError) throw error;
    context.log.error('the provider failed', () => ({
      while: whileDoing,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }));
    return failed([diagnosticOf(error, whileDoing)]);
  }
}

function diagnosticOf(error: unknown, whileDoing: string): Diagnostic {
  if (error instanceof PathError) {
    return errorAt(
      error.path,
      'Value not understood',
      `While ${whileDoing}, the provider was given a value that is not of the schema's type: ${error.message}.`,
    );
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const where = error instanceof Error ? placesOf(error) : '';
  return errorOf(
    PROVIDER_BUG,
    `The provider failed unexpectedly while ${whileDoing}: ${what}${where}\n\nThis is not a mistake in your configuration: please report it to the ` +
      "provider's developers, with this text.",
  );
}

/** The first lines of the stack, without the message. */
function placesOf(error: Error): string {
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return lines.length === 0 ? '' : `\n\n${lines.slice(0, 8).join('\n')}`;
}

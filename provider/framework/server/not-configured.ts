import type { Diagnostic } from '../schema/diagnostic';
import { errorOf } from '../schema/diagnostic';

/** Something was asked that needs a configured provider, on a connection that has none. */
export const notConfigured = (typeName: string): Diagnostic =>
  errorOf(
    'Provider not configured',
    `${typeName} was asked for before the provider was configured. Please report this to the provider's developers.`,
  );

/** The provider's configuration is still unknown where it must be known. */
export const configurationUnknown = (typeName: string): Diagnostic =>
  errorOf(
    'Provider configuration not known',
    `The provider's configuration contains values that are known only after apply, so ${typeName} cannot be reached. Apply first what they ` +
      'come from (terraform apply -target=…), or give the provider values that are known.',
  );

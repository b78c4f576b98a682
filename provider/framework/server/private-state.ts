import { utf8Bytes, utf8Text } from '../cty/utf8';

/** A value that JSON holds. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * What a resource keeps about itself beside its state, unseen by the user: stored with the state, handed to every later call. Keys that
 * start with a dot are the framework's.
 */
export type PrivateState = Readonly<Record<string, Json>>;

/** Nothing kept. */
export const NO_PRIVATE: PrivateState = {};

/** What was stored; nothing when it is empty. Throws SyntaxError when it is not what {@link encodePrivate} made. */
export function decodePrivate(bytes: Uint8Array): PrivateState {
  if (bytes.length === 0) return NO_PRIVATE;
  const value = JSON.parse(utf8Text(bytes)) as unknown;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SyntaxError('private state is not a JSON object');
  }
  return value as PrivateState;
}

export function encodePrivate(value: PrivateState): Uint8Array {
  return Object.keys(value).length === 0 ? new Uint8Array() : utf8Bytes(JSON.stringify(value));
}

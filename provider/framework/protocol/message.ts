import { decodeMessage } from './decode';
import { encodeMessage } from './encode';
import type { Field, FieldTable } from './field';

/**
 * A protobuf message type: how a `T` goes to bytes and back.
 *
 * What `decode` returns is complete: every field without presence is there, with its default if the bytes did not name it. What
 * `encode` takes may leave anything out.
 */
export interface Message<T> {
  /** Full name with package, `tfplugin6.Diagnostic`. */
  readonly name: string;
  encode(value: Init<T>): Uint8Array;
  /** Throws {@link WireError} for bytes that are not this message. Byte fields of the result are views of `bytes`, not copies. */
  decode(bytes: Uint8Array): T;
}

/** `T` with every field optional, all the way down: what a sender has to say of a message. */
export type Init<T> = T extends string | number | bigint | boolean | Uint8Array | undefined
  ? T
  : T extends { case: infer C; value: infer V }
    ? { case: C; value: Init<V> }
    : T extends ReadonlyMap<string, infer V>
      ? ReadonlyMap<string, Init<V>>
      : T extends readonly (infer E)[]
        ? readonly Init<E>[]
        : { readonly [K in keyof T]?: Init<T[K]> | undefined };

/** The tables of message types, for the codec. Kept beside `Message` so that its interface shows only what a caller needs. */
export interface MessageType<T> extends Message<T>, FieldTable {}

/**
 * Makes a message type from its fields, given in the order of their numbers. They are asked for at first use, so that messages may
 * contain each other and a process pays only for those it speaks.
 */
export function message<T>(name: string, fields: () => readonly Field[]): MessageType<T> {
  let table: readonly Field[] | undefined;
  let byNumber: ReadonlyMap<number, Field> | undefined;
  const type: MessageType<T> = {
    name,
    get fields() {
      return (table ??= fields());
    },
    get byNumber() {
      return (byNumber ??= new Map(type.fields.map((field) => [field.no, field])));
    },
    encode: (value) => encodeMessage(type, value),
    decode: (bytes) => decodeMessage(type, bytes) as T,
  };
  return type;
}

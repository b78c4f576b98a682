/** One field of a message, as the codec needs it. */
export interface Field {
  readonly no: number;
  /** Name of the property in TypeScript: camel case. */
  readonly name: string;
  readonly type: FieldType;
  /**
   * Left out: one value; a scalar's default is not sent and a missing one reads as the default, a message may be absent.
   * `optional`: a scalar that may be absent. `repeated`: an array. `map`: a `Map` from strings.
   */
  readonly as?: 'optional' | 'repeated' | 'map';
  /** Member of this oneof: the property is the oneof's, and holds `{ case: name, value }`. */
  readonly oneof?: string;
}

/** int64 is a safe integer: nothing in the protocol is larger, and what is gets refused on both ways rather than rounded. */
export type Scalar = 'string' | 'bytes' | 'bool' | 'int32' | 'uint32' | 'int64';

/** Names of an enum and their numbers. A number without a name reads as the field's absence. */
export interface EnumType {
  readonly values: Readonly<Record<string, number>>;
}

export type FieldType = Scalar | EnumType | FieldTable;

export interface FieldTable {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly byNumber: ReadonlyMap<number, Field>;
}

export const WireType = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

export function isMessage(type: FieldType): type is FieldTable {
  return typeof type === 'object' && 'fields' in type;
}

/** The value a field without presence has when nothing was sent. An enum's is the name of its 0. */
export function defaultOf(type: Scalar | EnumType): unknown {
  switch (type) {
    case 'string':
      return '';
    case 'bytes':
      return EMPTY;
    case 'bool':
      return false;
    case 'int32':
    case 'uint32':
    case 'int64':
      return 0;
    default:
      return nameOf(type, 0);
  }
}

export function nameOf(type: EnumType, value: number): string | undefined {
  for (const name in type.values) if (type.values[name] === value) return name;
  return undefined;
}

const EMPTY = new Uint8Array(0);

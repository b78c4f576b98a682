/** The fields of an interface that this provider writes, in the API's spelling, with the JSON type each has. */
export const INTERFACE_FIELDS = {
  clusterIP: 'string',
  ip: 'string',
  dhcp: 'boolean',
  gateway: 'string',
  vrf: 'string',
  dns: 'strings',
  mode: 'string',
  duplex: 'string',
  speed: 'number',
  mtu: 'number',
} as const;

export type InterfaceField = keyof typeof INTERFACE_FIELDS;

interface JsonTypes {
  string: string;
  boolean: boolean;
  number: number;
  strings: readonly string[];
}

/** An interface as read; what is not set is null (the API leaves out empty text, empty lists, 0 and false). */
export type InterfaceValues = { readonly [F in InterfaceField]: JsonTypes[(typeof INTERFACE_FIELDS)[F]] | null };

/** Fields to write; null takes a field away; a field that is not mentioned stays as it is. */
export type InterfaceChange = { readonly [F in InterfaceField]?: InterfaceValues[F] };

export type FieldValue = InterfaceValues[InterfaceField];

export const FIELD_NAMES = Object.keys(INTERFACE_FIELDS) as InterfaceField[];

/** Null for every way to say "not set". */
export function emptyToNull(value: FieldValue): FieldValue {
  if (value === '' || value === 0 || value === false) return null;
  return Array.isArray(value) && value.length === 0 ? null : value;
}

/** Whether two values of a field mean the same. Terraform hands every string over in NFC; the API may hold another form. */
export function sameValue(a: FieldValue, b: FieldValue): boolean {
  const left = emptyToNull(a);
  const right = emptyToNull(b);
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((v: string, i) => sameValue(v, right[i] as string));
  }
  if (typeof left === 'string' && typeof right === 'string') return left.normalize('NFC') === right.normalize('NFC');
  return left === right;
}

import type { Interface } from '@tg/api';
import { CommandFailure } from './failure';

type Kind = 'text' | 'number' | 'boolean' | 'list';

/** The fields that `config set` writes, in API spelling. */
const FIELDS = {
  clusterIP: 'text',
  ip: 'text',
  dhcp: 'boolean',
  gateway: 'text',
  vrf: 'text',
  dns: 'list',
  mode: 'text',
  duplex: 'text',
  speed: 'number',
  mtu: 'number',
  description: 'text',
} as const satisfies Partial<Record<keyof Interface, Kind>>;

/** What `config set` can write, for its help text. */
export const FIELD_NAMES = Object.keys(FIELDS);

/** The entry with each `FIELD=VALUE` written; an empty value removes the field. Values are judged by the caller. */
export function applyAssignments(entry: Interface, assignments: readonly string[]): Interface {
  const fields = new Map<string, unknown>(Object.entries(entry));
  for (const assignment of assignments) {
    const [name = '', ...rest] = assignment.split('=');
    const value = rest.join('=');
    if (rest.length === 0)
      throw new CommandFailure(`${assignment} is not FIELD=VALUE (an empty value removes the field).`, 2);
    if (!Object.hasOwn(FIELDS, name)) {
      throw new CommandFailure(`${name} is not a field of an interface; there are ${FIELD_NAMES.join(', ')}.`, 2);
    }
    if (value === '') fields.delete(name);
    else fields.set(name, read(name, value, FIELDS[name as keyof typeof FIELDS]));
  }
  return Object.fromEntries(fields) as Interface;
}

function read(name: string, value: string, kind: Kind): unknown {
  switch (kind) {
    case 'text':
      return value;
    case 'list':
      return value.split(',').map((item) => item.trim());
    case 'number':
      if (/^\d+$/.test(value)) return Number(value);
      throw new CommandFailure(`${name} must be a whole number, not ${value}.`, 2);
    case 'boolean':
      if (value === 'true' || value === 'false') return value === 'true';
      throw new CommandFailure(`${name} must be true or false, not ${value}.`, 2);
  }
}

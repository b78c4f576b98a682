import type { Lost } from './document';

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** A short name for a write that gave way, the same at every member. */
export function lostId({ field, dot: [author, number] }: Pick<Lost, 'field' | 'dot'>): string {
  const text = `${field}@${author}:${number}`;
  return `${hash(text, OFFSET).toString(36)}${hash(text, OFFSET ^ PRIME).toString(36)}`;
}

/** FNV-1a, 32 bit. */
function hash(text: string, start: number): number {
  let value = start;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), PRIME);
  return value >>> 0;
}

import type { Value } from './value';

/** One step from a value to a part of it. */
export type PathStep =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'key'; readonly key: string }
  /** Into a set, whose elements have no other name than their value. */
  | { readonly kind: 'element'; readonly value: Value };

/** Where in a value. The empty path is the value itself. */
export type Path = readonly PathStep[];

export const ROOT: Path = [];

/** `attributePath('timeouts', 'create')` is `timeouts.create`; a number is an index. */
export function attributePath(...steps: readonly (string | number)[]): Path {
  return steps.map((s) => (typeof s === 'number' ? { kind: 'index', index: s } : { kind: 'attribute', name: s }));
}

export const atAttribute = (path: Path, name: string): Path => [...path, { kind: 'attribute', name }];
export const atIndex = (path: Path, index: number): Path => [...path, { kind: 'index', index }];
export const atKey = (path: Path, key: string): Path => [...path, { kind: 'key', key }];
export const atElement = (path: Path, value: Value): Path => [...path, { kind: 'element', value }];

/** As in HCL: `dns[0]`, `tags["a"]`, `timeouts.create`; a set element is `[...]`, for its value may be secret or long. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    switch (step.kind) {
      case 'attribute':
        text += text === '' ? step.name : `.${step.name}`;
        break;
      case 'index':
        text += `[${step.index}]`;
        break;
      case 'key':
        text += `[${JSON.stringify(step.key)}]`;
        break;
      case 'element':
        text += '[...]';
        break;
    }
  }
  return text;
}

/** The path as far as the protocol can say it: it ends at a set, whose elements have no name. */
export function upToSet(path: Path): Path {
  const set = path.findIndex((step) => step.kind === 'element');
  return set < 0 ? path : path.slice(0, set);
}

export function pathsEqual(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, i) => stepsEqual(step, b[i]));
}

function stepsEqual(a: PathStep, b: PathStep | undefined): boolean {
  switch (a.kind) {
    case 'attribute':
      return b?.kind === 'attribute' && a.name === b.name;
    case 'index':
      return b?.kind === 'index' && a.index === b.index;
    case 'key':
      return b?.kind === 'key' && a.key === b.key;
    case 'element':
      return b?.kind === 'element' && a.value === b.value;
  }
}

import type { Path } from './path';
import { pathText } from './path';

/** Something wrong with a value, at `path` inside it. `message` names the path; `problem` is the sentence without it. */
export class PathError extends Error {
  override readonly name = 'PathError';
  constructor(
    readonly path: Path,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(path.length === 0 ? problem : `${pathText(path)}: ${problem}`, options);
  }
}

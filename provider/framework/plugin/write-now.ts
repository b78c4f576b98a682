import { writeSync } from 'node:fs';
import { codeOf } from './error-code';

/**
 * Writes all of `text` to a file descriptor before it returns, so that nothing is lost when the process exits next. Does nothing if
 * the other end is gone: then nobody reads.
 */
export function writeNow(fd: 1 | 2, text: string): void {
  let rest: Uint8Array = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') return;
      Atomics.wait(CLOCK, 0, 0, 1);
    }
  }
}

const CLOCK = new Int32Array(new SharedArrayBuffer(4));

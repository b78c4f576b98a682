/** The lines in which `current` differs from `wanted`, marked as in a diff, with their numbers; empty when it does not. */
export function drift(current: string, wanted: string): string {
  if (current === wanted) return '';
  const before = current.split('\n');
  const after = wanted.split('\n');
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const removed = before.slice(start, before.length - end).map((line) => `-${line}`);
  const added = after.slice(start, after.length - end).map((line) => `+${line}`);
  return [`@@ line ${start + 1} @@`, ...removed, ...added].join('\n');
}

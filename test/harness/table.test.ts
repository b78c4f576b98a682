import { createColors } from 'picocolors';
import { changeTable } from './table';

const snapshot = (eni: Record<string, string>, nic: Record<string, string>) => ({
  eni: new Map(Object.entries(eni)),
  nic: new Map(Object.entries(nic)),
});
const rows = (text: string) =>
  text
    .split('\n')
    .filter((line) => /\d\.\d/.test(line))
    .map((line) =>
      line
        .split('│')
        .map((cell) => cell.trim())
        .filter(Boolean),
    );

test('a row per address in numeric order: what stayed, came and went', () => {
  const before = snapshot({ '10.0.1.10': 'primary', '10.0.1.9': 'secondary' }, { '10.0.1.10': 'bound' });
  const after = snapshot(
    { '10.0.1.10': 'primary', '10.0.1.50': 'secondary' },
    { '10.0.1.10': 'bound', '10.0.1.50': 'bound' },
  );
  expect(rows(changeTable({ eni: 'eni-1', nic: 'eth1' }, before, after, createColors(false)))).toEqual([
    ['10.0.1.9', 'secondary', 'gone', '-', '-'],
    ['10.0.1.10', 'primary', 'primary', 'bound', 'bound'],
    ['10.0.1.50', '-', 'secondary', '-', 'bound'],
  ]);
});

test('without colours there is no escape sequence, with colours there is', () => {
  const [before, after] = [snapshot({}, {}), snapshot({ '10.0.1.50': 'secondary' }, {})];
  expect(changeTable({ eni: 'e', nic: 'n' }, before, after, createColors(false))).not.toContain('\u001b');
  expect(changeTable({ eni: 'e', nic: 'n' }, before, after, createColors(true))).toContain('\u001b');
});

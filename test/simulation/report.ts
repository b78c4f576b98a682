import Table from 'cli-table3';
import type { Coverage } from './coverage';
import { TRANSITIONS } from './transitions';
import { FAULT_KINDS } from './world/fault';

const PLAIN = { style: { head: [], border: [], compact: true } };

/** How often every fault and every transition was met, and for which reasons. */
export function coverageTable(coverage: Coverage): string {
  const faults = new Table({ head: ['fault', 'met'], ...PLAIN });
  for (const kind of FAULT_KINDS) faults.push([kind, coverage.faults[kind] ?? 0]);
  const transitions = new Table({ head: ['transition', 'met', 'reasons'], ...PLAIN });
  const names = new Set<string>([...TRANSITIONS, ...Object.keys(coverage.transitions)]);
  for (const name of names) {
    const reasons = Object.entries(coverage.reasons)
      .filter(([reason]) => reason.startsWith(`${name}: `))
      .sort(([, a], [, b]) => b - a)
      .map(([reason, count]) => `${reason.slice(name.length + 2)} ${count}`);
    transitions.push([name, coverage.transitions[name] ?? 0, reasons.join(', ')]);
  }
  return `${faults.toString()}\n${transitions.toString()}`;
}

/** What a run has to meet and did not, or met and must not. */
export function coverageGaps(coverage: Coverage): string[] {
  const known = new Set<string>(TRANSITIONS);
  const unknown = Object.keys(coverage.transitions).filter((name) => !known.has(name));
  return [
    ...coverage.missing(TRANSITIONS).map((gap) => `${gap} was never met`),
    ...unknown.map((name) => `transition ${name} is not one of the machine's`),
  ];
}

import { run } from './run';
import type { Scenario } from './scenario';
import type { Sut } from './sut';
import { describeFault } from './world/inject';
import { UIDS } from './world/world';

/** How much of what came before a failure is told. */
const LAST_LINES = 60;

/** Plays a scenario and tells it in words: the set-up, the faults, and what happened, up to a failure if there is one. */
export function trace(scenario: Scenario, sut: Sut, whole: boolean): string[] {
  const lines: string[] = [];
  const { violation } = run(scenario, sut, {
    onNote: (machine, text, at) => lines.push(`${(at / 1000).toFixed(3).padStart(9)}  ${machine?.uid ?? '—'}  ${text}`),
  });
  const skipped = whole ? 0 : Math.max(0, lines.length - LAST_LINES);
  const { timeoutMs, mode, handover, active, nics, rates, faults } = scenario;
  return [
    `timeout ${timeoutMs / 1000} s, ${mode}, handover ${handover}, configured active ${active === null ? 'none' : UIDS[active]}, ` +
      `${nics} NIC${nics === 1 ? '' : 's'} each, clocks at ${rates.map((rate) => rate.toFixed(4)).join(' and ')}`,
    ...faults.map((fault) => `at ${(fault.at / 1000).toFixed(3)} s: ${describeFault(fault)}`),
    ...(skipped > 0 ? [`… ${skipped} lines before`] : []),
    ...lines.slice(skipped),
    ...(violation === null
      ? ['no invariant is broken']
      : [
          `${(violation.at / 1000).toFixed(3).padStart(9)}  BROKEN: ${violation.invariant}`,
          `           ${violation.text}`,
        ]),
  ];
}

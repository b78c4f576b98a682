import { FAULT_KINDS, type Fault, type FaultKind } from './fault';

/** What hits one call: at most one fault of each group. */
export interface Struck {
  delayMs: number;
  stale: { ms: number } | null;
  /** Any other fault. */
  end: Fault | null;
}

const FIELDS = ['action', 'kind', 'times', 'ms', 'when', 'instanceId'];

/** The fault, if it is well-formed; throws a sentence otherwise. */
export function checkFault(value: unknown): Fault {
  const fail = (sentence: string): never => {
    throw new Error(`This fault is not well-formed: ${sentence}`);
  };
  if (typeof value !== 'object' || value === null) return fail('it must be an object.');
  const fault = value as Partial<Record<keyof Fault, unknown>>;
  const unknown = Object.keys(fault).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) fail(`unknown field ${unknown}; known are ${FIELDS.join(', ')}.`);
  if (typeof fault.action !== 'string' || fault.action === '') {
    fail('action must be the name of an EC2 action, IMDS, or *.');
  }
  if (!(FAULT_KINDS as readonly unknown[]).includes(fault.kind)) {
    fail(`kind is ${JSON.stringify(fault.kind)}; it must be one of ${FAULT_KINDS.join(', ')}.`);
  }
  const { times, ms, when, instanceId } = fault;
  if (times !== undefined && times !== 'always' && !(Number.isInteger(times) && (times as number) > 0)) {
    fail(`times is ${JSON.stringify(times)}; it must be a whole number above 0, or "always".`);
  }
  if (ms !== undefined && !(typeof ms === 'number' && ms >= 0 && ms <= 600_000)) {
    fail(`ms is ${JSON.stringify(ms)}; it must be a number from 0 to 600000.`);
  }
  if (when !== undefined && when !== 'before' && when !== 'after') {
    fail(`when is ${JSON.stringify(when)}; it must be before or after.`);
  }
  if (instanceId !== undefined && typeof instanceId !== 'string') fail('instanceId must be a string.');
  return value as Fault;
}

type Group = 'delay' | 'stale' | 'end';

function groupOf(kind: FaultKind): Group {
  if (kind === 'delay') return 'delay';
  return kind === 'stale-read' ? 'stale' : 'end';
}

/** The faults that wait for a call to hit. */
export class FaultBook {
  private entries: { fault: Fault; left: number }[] = [];

  add(value: unknown): void {
    const fault = checkFault(value);
    this.entries.push({ fault: { ...fault }, left: fault.times === 'always' ? Infinity : (fault.times ?? 1) });
  }

  clear(): void {
    this.entries = [];
  }

  list(): readonly Fault[] {
    return this.entries.map((entry) => entry.fault);
  }

  /** What hits this call, and uses it up. `reads`: a stale read waits for a call that reads. */
  strike(call: { action: string; instanceId: string | null; reads: boolean }): Struck {
    const take = (group: Group): Fault | null => {
      const entry = this.entries.find(
        ({ fault }) =>
          groupOf(fault.kind) === group &&
          (fault.action === call.action || (fault.action === '*' && call.action !== 'IMDS')) &&
          (fault.instanceId === undefined || fault.instanceId === call.instanceId),
      );
      if (!entry) return null;
      entry.left -= 1;
      if (entry.left <= 0) this.entries = this.entries.filter((one) => one !== entry);
      return entry.fault;
    };
    const stale = call.reads ? take('stale') : null;
    return { delayMs: take('delay')?.ms ?? 0, stale: stale && { ms: stale.ms ?? 0 }, end: take('end') };
  }
}

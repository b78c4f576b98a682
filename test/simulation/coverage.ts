import type { Phase } from '../../node/cluster/message';
import { FAULT_KINDS, type FaultKind } from './world/fault';

/** How often each fault struck, and each change of phase happened. */
export class Coverage {
  readonly faults: Record<string, number> = {};
  readonly transitions: Record<string, number> = {};
  /** With the reason that the machine gives for it. */
  readonly reasons: Record<string, number> = {};

  met(kind: FaultKind): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
  }

  changed(from: Phase, to: Phase, why: string): void {
    const name = `${from} → ${to}`;
    this.transitions[name] = (this.transitions[name] ?? 0) + 1;
    const reason = `${name}: ${why}`;
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
  }

  add(other: Pick<Coverage, 'faults' | 'transitions' | 'reasons'>): void {
    sum(this.faults, other.faults);
    sum(this.transitions, other.transitions);
    sum(this.reasons, other.reasons);
  }

  /** Faults and transitions that were never met. */
  missing(transitions: readonly string[]): string[] {
    return [
      ...FAULT_KINDS.filter((kind) => this.faults[kind] === undefined).map((kind) => `fault ${kind}`),
      ...transitions.filter((name) => this.transitions[name] === undefined).map((name) => `transition ${name}`),
    ];
  }
}

function sum(into: Record<string, number>, from: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(from)) into[name] = (into[name] ?? 0) + count;
}

import type { Step } from './step';

/** Collects what is to be done now, and the next moment at which time alone may change that. */
export class Agenda {
  readonly steps: Step[] = [];
  nextAt = Number.POSITIVE_INFINITY;

  constructor(readonly now: number) {}

  do(step: Step): void {
    this.steps.push(step);
  }

  /** True when that moment has come; else the plan is to be made again then. */
  due(at: number | null | undefined): boolean {
    if (at === null || at === undefined || at <= this.now) return true;
    this.nextAt = Math.min(this.nextAt, at);
    return false;
  }
}

import { randomUUID } from 'node:crypto';
import { perform } from '../actions/perform';
import { ACTIONS } from '../actions/table';
import { Params } from '../query/params';
import { renderEc2 } from '../query/xml';
import { refuse } from '../rules/refusal';
import { emptyState, type VpcState } from '../rules/state';
import type { Backend, Call, View, WireAnswer } from '../server/backend';
import { Timeline } from '../server/timeline';

/** EC2 in memory: the actions on a state of its own. */
export class FakeBackend implements Backend {
  readonly kind = 'fake';
  private timeline: Timeline;
  private readonly listeners = new Set<(state: VpcState) => void>();

  constructor(
    readonly region: string,
    readonly account: string,
    private readonly seed: number,
    private readonly clock: { steady(): number; wall(): Date },
  ) {
    this.timeline = new Timeline(emptyState(region, account, seed));
  }

  state(view: View): Promise<VpcState> {
    return Promise.resolve(this.seenBy(view));
  }

  perform(call: Call): Promise<WireAnswer> {
    const action = ACTIONS.get(call.action);
    if (!action) throw refuse.unknownAction(call.action);
    const before = action.reads ? this.seenBy(call.view) : this.timeline.latest;
    const answer = perform(action, before, Params.parse(call.form), this.clock.wall().toISOString());
    if (!action.reads && this.timeline.push(answer.state, this.clock.steady())) this.tell();
    const body = renderEc2(call.action, randomUUID(), answer.body);
    return Promise.resolve({ status: 200, contentType: 'text/xml;charset=UTF-8', body });
  }

  readonly onState = (listener: (state: VpcState) => void): (() => void) => {
    this.listeners.add(listener);
    listener(this.timeline.latest);
    return () => this.listeners.delete(listener);
  };

  private tell(): void {
    for (const listener of this.listeners) listener(this.timeline.latest);
  }

  reset(): Promise<void> {
    const { issued } = this.timeline.latest;
    this.timeline = new Timeline({ ...emptyState(this.region, this.account, this.seed), issued });
    this.tell();
    return Promise.resolve();
  }

  private seenBy(view: View): VpcState {
    return this.timeline.seenBy(view, this.clock.steady());
  }
}

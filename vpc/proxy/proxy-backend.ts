import { randomUUID } from 'node:crypto';
import { perform } from '../actions/perform';
import { ACTIONS } from '../actions/table';
import { Params } from '../query/params';
import { eniView, reservationViews } from '../actions/views';
import { renderEc2, type XmlObject } from '../query/xml';
import { Refusal } from '../rules/refusal';
import type { VpcState } from '../rules/state';
import type { Backend, Call, View, WireAnswer } from '../server/backend';
import type { Clock } from '../server/clock';
import { Timeline } from '../server/timeline';
import { afterChange, forgetGone } from './after-change';
import { applyChanges } from './apply-changes';
import { changeList } from './change-list';
import { knowsType, nameAddresses } from './explicit-addresses';
import { Mutex } from './mutex';
import { emptyOverlay, type Overlay } from './overlay';
import { StateReader } from './state-reader';
import { Upstream, type UpstreamAnswer } from './upstream';
import { text } from './xml-node';

/** Answered by the rules from the upstream's state: the upstream lacks filters, paging, or the truth. */
const READ_HERE = new Set(['DescribeNetworkInterfaces', 'DescribeInstances', 'DescribeSubnets', 'DescribeAddresses']);

/** Decided by the rules; what they change is carried out at the upstream call by call. */
const DECIDED_HERE = new Set(['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses']);

/** Checked by the rules, then sent on: the upstream would let too much through. */
const CHECKED_HERE = new Set([
  'CreateNetworkInterface',
  'DeleteNetworkInterface',
  'AttachNetworkInterface',
  'DetachNetworkInterface',
  'ModifyNetworkInterfaceAttribute',
  'RunInstances',
  'AssociateAddress',
  'DisassociateAddress',
  'ReleaseAddress',
]);

/** Sent on, then completed with what AWS does besides. */
const COMPLETED_HERE = new Set(['TerminateInstances', 'ModifyInstanceAttribute']);

/** How old what metadata and policies are read from may be, in milliseconds; changes made through the proxy are always in it. */
const SHARED_MS = 300;

/** A LocalStack or moto behind AWS's rules of secondary addresses. */
export class ProxyBackend implements Backend {
  readonly kind = 'proxy';
  readonly onState = null;
  private overlay: Overlay = emptyOverlay();
  private lookedAt = -Infinity;
  private readonly mutex = new Mutex();

  private constructor(
    private readonly upstream: Upstream,
    private readonly reader: StateReader,
    readonly region: string,
    readonly account: string,
    private readonly clock: Clock,
    private timeline: Timeline,
  ) {}

  /** Connects. Rejects with a sentence when no EC2 answers at the URL. */
  static async open(url: string, region: string, clock: Clock): Promise<ProxyBackend> {
    const upstream = new Upstream(url, region);
    const account = text(await upstream.call('GetCallerIdentity', {}, 'sts'), 'GetCallerIdentityResult.Account');
    if (account === undefined) throw new Error(`the upstream ${url} does not say which account it serves`);
    const reader = new StateReader(upstream, { region, account }, clock);
    const timeline = new Timeline(await reader.read(emptyOverlay()));
    return new ProxyBackend(upstream, reader, region, account, clock, timeline);
  }

  /** Instance metadata is read in bursts of a dozen paths: they share one look at the upstream. */
  state(view: View): Promise<VpcState> {
    return this.mutex.run(async () => {
      const isRecent = this.clock.steady() - this.lookedAt < SHARED_MS;
      return isRecent ? this.at(view) : await this.seenBy(view);
    });
  }

  async perform(call: Call): Promise<WireAnswer> {
    const action = ACTIONS.get(call.action);
    if (READ_HERE.has(call.action)) return this.mutex.run(() => this.read(call));
    if (DECIDED_HERE.has(call.action)) return this.mutex.run(() => this.decide(call));
    if (CHECKED_HERE.has(call.action) || COMPLETED_HERE.has(call.action)) {
      return this.mutex.run(() => this.checkAndForward(call));
    }
    if (action?.reads ?? call.action.startsWith('Describe')) return this.forward(call, call.form);
    return this.mutex.run(() => this.sendOn(call));
  }

  async reset(): Promise<void> {
    this.overlay = emptyOverlay();
    this.reader.forget();
    this.lookedAt = -Infinity;
    this.timeline = new Timeline(await this.reader.read(this.overlay));
  }

  /** A Describe, from the state; with a filter or field that the rules do not know, the upstream's own answer. */
  private async read(call: Call): Promise<WireAnswer> {
    try {
      return this.render(call, await this.seenBy(call.view, call.form)).answer;
    } catch (error) {
      if (isUnknownHere(error) && call.view.kind === 'now') {
        const answer = await this.forward(call, call.form);
        if (answer.status === 200) return answer;
      }
      throw error;
    }
  }

  private async decide(call: Call): Promise<WireAnswer> {
    const before = await this.fresh(call.form);
    const { answer, after } = this.render(call, before);
    const changes = changeList(before, after);
    await applyChanges(this.upstream, this.overlay, changes);
    // The upstream gives an Elastic IP that moved a new association id.
    if (changes.some(({ kind }) => kind === 'associate')) await this.fresh(call.form);
    else this.note(after);
    return answer;
  }

  /** Sent on as it is; what it changed is seen by the next look. */
  private async sendOn(call: Call): Promise<WireAnswer> {
    const answer = await this.forward(call, call.form);
    this.reader.forget();
    this.lookedAt = -Infinity;
    return answer;
  }

  private async checkAndForward(call: Call): Promise<WireAnswer> {
    const before = await this.fresh(call.form);
    let form = call.form;
    if (CHECKED_HERE.has(call.action) && (call.action !== 'RunInstances' || knowsType(form))) {
      try {
        this.render(call, before);
      } catch (error) {
        if (!isUnknownHere(error)) throw error;
      }
      form = nameAddresses(call.action, form, before);
    }
    const answer = await this.forward(call, form);
    if (call.action.includes('Instance')) this.reader.forget();
    if (answer.status !== 200) return answer;
    const carried = { action: call.action, form, before, after: await this.fresh(call.form) };
    const completed = await afterChange(this.upstream, this.overlay, carried);
    const after = completed ? await this.fresh(call.form) : carried.after;
    forgetGone(this.overlay, after);
    const made = madeHere(call.action, before, after);
    return made ? this.success(call.action, made) : answer;
  }

  private success(action: string, body: XmlObject): WireAnswer {
    return { status: 200, contentType: 'text/xml;charset=UTF-8', body: renderEc2(action, randomUUID(), body) };
  }

  private render(call: Call, state: VpcState): { answer: WireAnswer; after: VpcState } {
    const action = ACTIONS.get(call.action);
    if (!action) throw new Error(`${call.action} is not known here`);
    const result = perform(action, state, Params.parse(call.form), this.clock.wall().toISOString());
    return { answer: this.success(call.action, result.body), after: result.state };
  }

  private async forward(call: Call, form: string): Promise<WireAnswer> {
    const answer: UpstreamAnswer = await this.upstream.forward(form, call.headers);
    if (answer.status < 400) return answer;
    const told = answer.body.toString();
    const code = /<Code>([^<]*)<\/Code>/.exec(told)?.[1] ?? 'UpstreamError';
    const message = /<Message>([^<]*)<\/Message>/.exec(told)?.[1] ?? told.slice(0, 200);
    return { ...answer, error: { code, message } };
  }

  /** The upstream's state now, noted on the timeline when it has changed. */
  private async fresh(mentioned?: string): Promise<VpcState> {
    const asked = this.clock.steady();
    const state = this.note(await this.reader.read(this.overlay, mentioned));
    this.lookedAt = asked;
    return state;
  }

  private note(state: VpcState): VpcState {
    if (fingerprint(state) !== fingerprint(this.timeline.latest)) this.timeline.push(state, this.clock.steady());
    return this.timeline.latest;
  }

  private async seenBy(view: View, mentioned?: string): Promise<VpcState> {
    await this.fresh(mentioned);
    return this.at(view);
  }

  private at(view: View): VpcState {
    return this.timeline.seenBy(view, this.clock.steady());
  }
}

/** How the answer words what a call has made: the upstream's own differs from its later Describe (MAC, state). */
function madeHere(action: string, before: VpcState, after: VpcState): XmlObject | undefined {
  if (action === 'RunInstances') {
    const made = [...after.instances.values()].filter((one) => !before.instances.has(one.instanceId));
    return reservationViews(made, after)[0];
  }
  const made = [...after.enis.values()].find((eni) => !before.enis.has(eni.eniId));
  return action === 'CreateNetworkInterface' && made ? { networkInterface: eniView(made, after) } : undefined;
}

/** The rules do not know a field or a filter that the upstream may know. */
function isUnknownHere(error: unknown): boolean {
  return (
    error instanceof Refusal &&
    (error.code === 'UnknownParameter' || /^The filter '.*' is invalid$/.test(error.message))
  );
}

/** Equal for equal states, in whatever order the upstream lists. */
function fingerprint(state: VpcState): string {
  const sorted = (map: ReadonlyMap<string, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([state.vpcs, state.subnets, state.enis, state.instances, state.eips].map(sorted));
}

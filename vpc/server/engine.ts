import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isDryRun } from '../actions/perform';
import { ACTIONS } from '../actions/table';
import { authorize, resourcesOf } from '../iam/authorize';
import { CredentialStore } from '../iam/credentials';
import { defaultPolicy } from '../iam/default-policy';
import type { PolicyDocument } from '../iam/policy';
import { Params } from '../query/params';
import { renderError, renderSts } from '../query/xml';
import { refuse, Refusal } from '../rules/refusal';
import type { VpcState } from '../rules/state';
import type { Backend, Call, View, WireAnswer } from './backend';
import type { CallRecord, Principal } from './call-record';
import type { Clock } from './clock';
import type { Fault } from './fault';
import { FaultBook, type Struck } from './fault-book';
import type { Timing } from './running-vpc';
import { DEFAULT_TIMING } from './settings';
import { signerOf } from './signer';
import { TokenBuckets } from './token-buckets';

/** How many calls are remembered. */
const REMEMBERED = 10_000;

/** What goes back over the connection: an answer; silence; or a reset. */
export type Reaction = { kind: 'answer'; answer: WireAnswer } | { kind: 'silence' } | { kind: 'reset' };

/** One request of the Query protocol. */
export interface QueryRequest {
  form: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/**
 * What stands before every call, whoever keeps the resources: credentials, faults, throttling, the instance's policy, dry
 * runs, the record of calls.
 */
export class Engine {
  readonly credentials = new CredentialStore();
  readonly faults = new FaultBook();
  timing: Timing = DEFAULT_TIMING;
  private readonly buckets = new TokenBuckets();
  private readonly policies = new Map<string, PolicyDocument>();
  private records: CallRecord[] = [];
  private readonly callListeners = new Set<(call: CallRecord) => void>();

  constructor(
    readonly backend: Backend,
    readonly clock: Clock,
  ) {}

  /** Answers one request. Never throws: what goes wrong inside is an InternalError that says so. */
  async handle(request: QueryRequest): Promise<Reaction> {
    const began = this.clock.steady();
    const params = Params.parse(request.form);
    const name = params.optional('Action') ?? '';
    let principal: Principal = { kind: 'administrator', accessKeyId: '' };
    let resources: readonly string[] = [];
    let struck: Struck = { delayMs: 0, stale: null, end: null };
    let answer: WireAnswer;
    try {
      const signer = signerOf(request.headers, request.query);
      if (signer.region !== undefined && signer.region !== this.backend.region) {
        throw refuse.otherRegion(this.backend.region, signer.region);
      }
      principal = this.credentials.principal(signer, this.clock.wall().getTime());
      struck = this.faults.strike({
        action: name,
        instanceId: principal.kind === 'instance' ? principal.instanceId : null,
        reads: ACTIONS.get(name)?.reads ?? name.startsWith('Describe'),
      });
      await this.clock.sleep(struck.delayMs);
      refuseAsFault(struck.end);
      if (struck.end?.kind === 'drop' && struck.end.when !== 'after') {
        this.record(began, name, principal, params, resources, { status: 0, fault: 'drop' });
        return { kind: 'reset' };
      }
      if (name === '') throw refuse.missingAction();
      if (this.timing.throttling) this.throttle(name, params);
      resources = await this.authorized(name, params, principal);
      answer = await this.carryOut(name, params, request, principal, struck);
    } catch (error) {
      answer = refusalAnswer(error);
    }
    const fault = struck.end?.kind ?? (struck.stale ? 'stale-read' : struck.delayMs > 0 ? 'delay' : undefined);
    this.record(began, name, principal, params, resources, {
      status: answer.status,
      ...answer.error,
      ...(fault === undefined ? {} : { fault }),
    });
    if (struck.end?.kind === 'timeout-after-success') return { kind: 'silence' };
    if (struck.end?.kind === 'drop') return { kind: 'reset' };
    return { kind: 'answer', answer };
  }

  private throttle(name: string, params: Params): void {
    const entries = Object.keys(params.entries());
    const narrow = entries.some((key) => /^(Filter\.|MaxResults$|[A-Z][A-Za-z]*Id\.)/.test(key));
    if (!this.buckets.take({ action: name, narrow }, this.clock.steady())) throw refuse.throttled();
  }

  /** The resources of the call, once its principal's policy has allowed it. */
  private async authorized(name: string, params: Params, principal: Principal): Promise<readonly string[]> {
    if (name === 'GetCallerIdentity') return ['*'];
    const action = ACTIONS.get(name);
    if (principal.kind === 'administrator') return [];
    const state = await this.backend.state({ kind: 'now' });
    const resources = resourcesOf({ name, action, params }, state, this.timing.authorizeSource);
    const policy = this.policyOf(principal.instanceId, state);
    authorize(policy, { name, resources, user: this.userArn(principal, state) }, state);
    return resources;
  }

  private async carryOut(
    name: string,
    params: Params,
    request: QueryRequest,
    principal: Principal,
    struck: Struck,
  ): Promise<WireAnswer> {
    if (name === 'GetCallerIdentity') return this.callerIdentity(principal);
    const action = ACTIONS.get(name);
    if (action && isDryRun(action, params)) throw refuse.dryRun();
    const call: Call = {
      action: name,
      form: request.form,
      headers: request.headers,
      byAdministrator: principal.kind === 'administrator',
      view: this.view(struck),
    };
    return this.backend.perform(call);
  }

  private view(struck: Struck): View {
    if (struck.stale?.ms === 0) return { kind: 'before-last-change' };
    const ms = Math.max(this.timing.describeLagMs, struck.stale?.ms ?? 0);
    return ms > 0 ? { kind: 'age', ms } : { kind: 'now' };
  }

  private async callerIdentity(principal: Principal): Promise<WireAnswer> {
    const { account } = this.backend;
    const state = await this.backend.state({ kind: 'now' });
    const result =
      principal.kind === 'administrator'
        ? { Arn: `arn:aws:iam::${account}:root`, UserId: account, Account: account }
        : {
            Arn: this.userArn(principal, state),
            UserId: `AROATGVPC:${principal.instanceId}`,
            Account: account,
          };
    const body = renderSts('GetCallerIdentity', randomUUID(), result);
    return { status: 200, contentType: 'text/xml', body };
  }

  private userArn(principal: Extract<Principal, { kind: 'instance' }>, state: VpcState): string {
    const role = state.instances.get(principal.instanceId)?.role ?? 'unknown';
    return `arn:aws:sts::${this.backend.account}:assumed-role/${role}/${principal.instanceId}`;
  }

  /** The policy in force for an instance's role. */
  policyOf(instanceId: string, state: VpcState): PolicyDocument {
    return this.policies.get(instanceId) ?? defaultPolicy(state, instanceId);
  }

  setPolicy(instanceId: string, policy: PolicyDocument | null): void {
    if (policy === null) this.policies.delete(instanceId);
    else this.policies.set(instanceId, policy);
  }

  calls(): readonly CallRecord[] {
    return [...this.records];
  }

  /** Calls `listener` with each call as it is recorded; returns the way to stop. */
  onCall(listener: (call: CallRecord) => void): () => void {
    this.callListeners.add(listener);
    return () => this.callListeners.delete(listener);
  }

  clearCalls(): void {
    this.records = [];
  }

  async reset(): Promise<void> {
    await this.backend.reset();
    this.credentials.clear();
    this.faults.clear();
    this.buckets.clear();
    this.policies.clear();
    this.timing = DEFAULT_TIMING;
    this.records = [];
  }

  private record(
    began: number,
    action: string,
    principal: Principal,
    params: Params,
    resources: readonly string[],
    outcome: CallRecord['outcome'],
  ): void {
    const { Action: _action, Version: _version, ...fields } = params.entries();
    const [at, ended] = [this.clock.wall().toISOString(), this.clock.steady()];
    const record: CallRecord = { at, began, ended, action, principal, params: fields, resources, outcome };
    this.records.push(record);
    if (this.records.length > REMEMBERED) this.records.shift();
    for (const listener of this.callListeners) listener(record);
  }
}

function refuseAsFault(fault: Fault | null): void {
  switch (fault?.kind) {
    case 'throttle':
      throw refuse.throttled();
    case 'server-error':
      throw refuse.internal();
    case 'expired-credentials':
      throw refuse.expired();
    case 'unauthorized':
      throw refuse.unauthorized('');
    case 'delay':
    case 'drop':
    case 'stale-read':
    case 'timeout-after-success':
    case undefined:
      return;
  }
}

/** A refusal on the wire; anything else that was thrown is our own fault, and says so. */
export function refusalAnswer(error: unknown): WireAnswer {
  const { status, code, message } =
    error instanceof Refusal
      ? error
      : {
          status: 500,
          code: 'InternalError',
          message: `The VPC emulator failed: ${error instanceof Error ? error.message : String(error)}`,
        };
  const body = renderError(randomUUID(), code, message);
  return { status, contentType: 'text/xml;charset=UTF-8', body, error: { code, message } };
}

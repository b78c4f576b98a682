import type { Params } from '../query/params';
import type { XmlObject } from '../query/xml';
import type { VpcState } from '../rules/state';

/** What a call leads to: the state after it (the same object when nothing changed) and the answer's body. */
export interface Answer {
  state: VpcState;
  body: XmlObject;
}

/** One EC2 action: reads its fields, applies the rules, words the answer. Pure; refuses by throwing a Refusal. */
export interface Action {
  /** Whether the API model has a DryRun member for it. */
  readonly dryRun: boolean;
  /** Whether it only looks. Such an action is answered from an older state where a lag is set. */
  readonly reads: boolean;
  /** The ARNs on which the call must be allowed. Not given: the action knows no resource-level permission (`*`). */
  readonly resources?: (params: Params, state: VpcState) => readonly string[];
  run(state: VpcState, params: Params, now: string): Answer;
}

/** An action that looks. */
export const reading = (run: (state: VpcState, params: Params) => XmlObject): Action => ({
  dryRun: true,
  reads: true,
  run: (state, params) => ({ state, body: run(state, params) }),
});

/** An action that changes something. */
export const changing = (
  options: { resources: NonNullable<Action['resources']>; dryRun?: boolean },
  run: Action['run'],
): Action => ({ dryRun: options.dryRun ?? true, reads: false, resources: options.resources, run });

/** `arn:aws:ec2:REGION:ACCOUNT:KIND/ID`. */
export function arn(state: VpcState, kind: string, id: string): string {
  return `arn:aws:ec2:${state.region}:${state.account}:${kind}/${id}`;
}

/** The ARN of an ENI that the call names in `NetworkInterfaceId`. */
export const eniResource: NonNullable<Action['resources']> = (params, state) => [
  arn(state, 'network-interface', params.optional('NetworkInterfaceId') ?? ''),
];

/** The body of a change that answers with nothing else. */
export const DONE: XmlObject = { return: true };

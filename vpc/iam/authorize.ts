import type { Action } from '../actions/action';
import { assignRequest } from '../actions/secondary-addresses';
import type { Params } from '../query/params';
import { losersOf } from '../rules/assign';
import { refuse } from '../rules/refusal';
import type { VpcState } from '../rules/state';
import { contextOf } from './context';
import { evaluate } from './evaluate';
import type { PolicyDocument } from './policy';

/** The ARNs a call touches; `*` when the action knows no resource-level permission, or is not known here. */
export function resourcesOf(
  call: { name: string; action: Action | undefined; params: Params },
  state: VpcState,
  authorizeSource: boolean,
): readonly string[] {
  const own = call.action?.resources?.(call.params, state) ?? ['*'];
  if (!authorizeSource || call.name !== 'AssignPrivateIpAddresses') return own;
  const losers = losersOf(state, assignRequest(call.params));
  return [...own, ...losers.map((id) => `arn:aws:ec2:${state.region}:${state.account}:network-interface/${id}`)];
}

/** Refuses with UnauthorizedOperation unless the policy allows the action on every one of the resources. */
export function authorize(
  policy: PolicyDocument,
  call: { name: string; resources: readonly string[]; user: string },
  state: VpcState,
): void {
  const action = `ec2:${call.name}`;
  for (const resource of call.resources) {
    const verdict = evaluate(policy, { action, resource, context: contextOf(state, resource) });
    if (verdict.allowed) continue;
    const where = resource === '*' ? '' : ` on resource: ${resource}`;
    const why = verdict.explicit
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
    throw refuse.unauthorized(`User: ${call.user} is not authorized to perform: ${action}${where} ${why}`);
  }
}

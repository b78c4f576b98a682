import { launchNicsOf } from '../actions/instances';
import { Params } from '../query/params';
import { newAddressesOf } from '../query/request-parts';
import { chooseAddresses, type NewAddresses } from '../rules/create-eni';
import { limitsOf } from '../rules/limits';
import type { VpcState } from '../rules/state';
import { subnetOf } from '../rules/subnet-space';

/**
 * The form with every address of a new ENI named: left to itself the upstream picks addresses at random, in use or
 * reserved ones too. Refuses addresses that AWS would refuse.
 */
export function nameAddresses(action: string, form: string, state: VpcState): string {
  const params = Params.parse(form);
  if (action === 'CreateNetworkInterface') {
    return rewritten(form, '', state, params.string('SubnetId'), newAddressesOf(params));
  }
  if (action !== 'RunInstances' || (params.integer('MaxCount') ?? 1) !== 1) return form;
  if (params.optional('SubnetId') === undefined && params.structs('NetworkInterface').length === 0) return form;
  let named = form;
  for (const [index, nic] of launchNicsOf(params).entries()) {
    if ('eniId' in nic) continue;
    const prefix = params.structs('NetworkInterface').length > 0 ? `NetworkInterface.${index + 1}.` : '';
    named = rewritten(named, prefix, state, nic.subnetId, nic.addresses);
  }
  return named;
}

function rewritten(form: string, prefix: string, state: VpcState, subnetId: string, wanted: NewAddresses): string {
  const { primary, secondary } = chooseAddresses(state, subnetOf(state, subnetId), wanted);
  const fields = new URLSearchParams(form);
  for (const key of [...fields.keys()]) {
    if (key.startsWith(`${prefix}PrivateIpAddress`) || key === `${prefix}SecondaryPrivateIpAddressCount`) {
      fields.delete(key);
    }
  }
  fields.set(`${prefix}PrivateIpAddress`, primary);
  if (secondary.length > 0) {
    for (const [index, address] of [primary, ...secondary].entries()) {
      fields.set(`${prefix}PrivateIpAddresses.${index + 1}.PrivateIpAddress`, address);
      fields.set(`${prefix}PrivateIpAddresses.${index + 1}.Primary`, String(index === 0));
    }
  }
  return fields.toString();
}

/** Whether the rules know the instance type; of one they do not know, they cannot say what it allows. */
export function knowsType(form: string): boolean {
  return limitsOf(new URLSearchParams(form).get('InstanceType') ?? 'm1.small') !== undefined;
}

import { isDeepStrictEqual } from 'node:util';
import type { Finding, Interface, NetworkConfig } from '@tg/api';
import { unusableNicName } from '../os/labels';
import { precheck } from '../reconciler/precheck';
import { entryOf } from '../store/config-state';
import type { NodeFacts } from './node-facts';

/**
 * What would be wrong with a config on this very node: what its shape alone does not tell. Only entries that differ
 * from `before` are judged, so that an old one never stands in the way of a change to another NIC.
 */
export function checkConfig(config: NetworkConfig, before: NetworkConfig, facts: NodeFacts): Finding[] {
  return (config.interfaces ?? [])
    .filter((entry) => !isDeepStrictEqual(entry, entryOf(before, entry.nic)))
    .flatMap((entry) => checkEntry(entry, before, facts));
}

function checkEntry(entry: Interface, before: NetworkConfig, facts: NodeFacts): Finding[] {
  const { nic, clusterIP } = entry;
  const finding = (severity: Finding['severity'], code: string, field: string, message: string): Finding => ({
    severity,
    code,
    message,
    nic,
    field,
  });
  if (facts.devices !== null && !facts.devices.includes(nic)) {
    const known = facts.devices.join(', ') || 'none';
    return [finding('error', 'nic-unknown', 'nic', `nic ${nic} does not exist on this node; it has ${known}.`)];
  }
  if (!clusterIP || clusterIP === entryOf(before, nic)?.clusterIP) return [];

  const tooLong = unusableNicName(nic);
  if (tooLong !== null) return [finding('error', 'nic-name-too-long', 'nic', `${tooLong}.`)];
  const owner = facts.nics.find((other) => other.nic !== nic && other.primary === clusterIP);
  if (owner !== undefined) {
    const message = `cluster_ip ${clusterIP} is the primary address of ${owner.nic} (${owner.eniId}) of this node, which can never move; name an unused address of the subnet.`;
    return [finding('error', 'own-primary', 'clusterIP', message)];
  }
  const context = facts.nics.find((one) => one.nic === nic);
  if (context === undefined) {
    const failure = facts.failures.get(nic);
    if (failure?.certain === true) return [finding('error', 'nic-unknown', 'nic', failure.message)];
    const why = failure?.message ?? `the ENI of ${nic} is not known yet.`;
    const message = `cluster_ip ${clusterIP} could not be checked against the subnet of ${nic}: ${why}`;
    return [finding('warning', 'not-checked', 'clusterIP', message)];
  }
  const refused = precheck(clusterIP, context);
  return refused === null ? [] : [finding('error', refused.code, 'clusterIP', refused.message)];
}

import { errorOf } from '../../framework/schema/diagnostic';
import type { Held } from '../../framework/server/resource-definition';
import { idOf } from './endpoint-of';
import { IMPORT_ID_FORMS, parseImportId } from './import-id';
import { NOTHING_OWNED, privateOf } from './ownership';
import type { nodeInterfaceSchema } from './schema';

/**
 * The state that an import id amounts to; reading fills it in. What the API does not keep apart from "not set" and a configuration can say
 * begins as that value, so that `dhcp = false` and no mention of it both plan nothing.
 */
export function importInterface(id: string): Held<typeof nodeInterfaceSchema> {
  const parsed = parseImportId(id);
  if (parsed === null) {
    return {
      state: null,
      diagnostics: [
        errorOf(
          'Import id not understood',
          `"${id}" is not an import id of tg_node_interface. Write ${IMPORT_ID_FORMS}.`,
        ),
      ],
    };
  }
  const { target, nic } = parsed;
  return {
    state: {
      id: idOf(target, nic),
      node_fqdn: target.kind === 'node-fqdn' ? target.fqdn : null,
      node_id: target.kind === 'node-id' ? target.uid : null,
      cluster_fqdn: target.kind === 'cluster' ? target.fqdn : null,
      node_fqdns: target.kind === 'cluster' ? (target.through ?? null) : null,
      nic,
      cluster_ip: null,
      ip: null,
      dhcp: false,
      gateway: null,
      vrf: '',
      dns: [],
      mode: null,
      duplex: null,
      speed: null,
      mtu: null,
      timeouts: null,
    },
    private: privateOf(NOTHING_OWNED),
  };
}

import type { Logger } from './framework/plugin/logger';
import type { ProviderDefinition } from './framework/server/provider-definition';
import type { Portal } from './portal/portal';
import type { PortalSettings } from './portal/settings';
import type { ProviderConfig } from './provider-schema';
import { providerSchema } from './provider-schema';
import { providerSettings } from './provider-settings';
import { cluster } from './resources/cluster/definition';
import { clusterActiveMember } from './resources/cluster-active-member/definition';
import { clusterMember } from './resources/cluster-member/definition';
import { nodeClusterConfig } from './resources/node-cluster-config/definition';
import { nodeInterface } from './resources/node-interface/definition';
import type { TgProvider } from './tg-provider';
import { VERSION } from './version';

/** The provider `tg`: its block, its resources, and what it makes of its configuration. */
export const tgProvider: ProviderDefinition<TgProvider> = {
  schema: providerSchema,
  resources: {
    tg_cluster: cluster,
    tg_cluster_active_member: clusterActiveMember,
    tg_cluster_member: clusterMember,
    tg_node_cluster_config: nodeClusterConfig,
    tg_node_interface: nodeInterface,
  },
  configure: (config, { log, terraformVersion }) => {
    const { settings, diagnostics } = providerSettings(config as ProviderConfig, process.env);
    const provider = settings === null ? null : connected({ ...settings, userAgent: userAgent(terraformVersion) }, log);
    return Promise.resolve({ provider, diagnostics });
  },
};

const userAgent = (terraform: string): string =>
  `terraform-provider-tg/${VERSION} terraform/${terraform.replace(/[^\w.+-]/g, '') || 'unknown'}`;

/** The API's code, and node:https with it, is loaded when a resource first asks for it. */
function connected(settings: PortalSettings, log: Logger): TgProvider {
  let portal: Promise<Portal> | undefined;
  return {
    portal: () => {
      portal ??= Promise.resolve(openPortal(settings, log));
      return portal;
    },
  };
}

function openPortal(settings: PortalSettings, log: Logger): Portal {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` is resolved by other rules than this package's imports
  const code = require('./portal/open-portal') as { openPortal: (settings: PortalSettings, log: Logger) => Portal };
  return code.openPortal(settings, log);
}

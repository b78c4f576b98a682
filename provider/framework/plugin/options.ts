import type { Method } from './method';

/** A provider, as the plugin host needs it. */
export interface PluginOptions {
  /** The NAME of terraform-provider-NAME: `tg`. */
  readonly name: string;
  /** Full source address, `registry.terraform.io/namespace/name`: named in TF_REATTACH_PROVIDERS. */
  readonly address: string;
  /** Version of the provider, without `v`. */
  readonly version: string;
  /** Keyed by gRPC path. What is not here is answered UNIMPLEMENTED. */
  readonly methods: ReadonlyMap<string, Method>;
  /** Called once, when the host stops and before the process exits: close what is open. Terraform kills after two seconds. */
  readonly onShutdown?: () => void | Promise<void>;
}

import type { Portal } from './portal/portal';

/** What a configured provider is to its resources. */
export interface TgProvider {
  /** The config API; its code is loaded, and a connection opened, at the first use. */
  portal(): Promise<Portal>;
}

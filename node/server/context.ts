import type { Context } from 'hono';
import type { Finding, NetworkConfig, NodeStatus } from '@tg/api';
import type { ConfigStore } from '../store/config-store';
import type { ApiToken } from './auth';
import type { ClusterApi } from './cluster-api';

/** What the API needs of the node. */
export interface ApiContext {
  uid: string;
  fqdn: string;
  /** The organisation to name; the node itself where there is none. */
  org?: { uid: string; name?: string | undefined } | undefined;
  tokens: readonly ApiToken[];
  /** The node's config; in a cluster with the cluster's part in it (`ClusterStore.config`). */
  store: ConfigStore;
  /** Absent: this API knows of no clusters, and can put the node into none. */
  cluster?: ClusterApi | undefined;
  /** Judges a config on this node; stores nothing. */
  check(config: NetworkConfig): Promise<Finding[]>;
  status(): NodeStatus;
  /** The metrics in Prometheus' text format; absent: none are kept. */
  metrics?: (() => Promise<{ text: string; contentType: string }>) | undefined;
  /** Aborts when the daemon stops: waiting requests are answered then. */
  closing: AbortSignal;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, data: Record<string, unknown>): void;
}

/** What a request carries. */
export interface Env {
  /**
   * `local`: it came over the administration socket. `peer`: it came over the cluster's link, from the member of that
   * uid. Both need no token.
   */
  Bindings: { local?: boolean; peer?: string };
  Variables: { principal: string };
}

export type Request_ = Context<Env>;
export type Handler = (context: Request_) => Response | Promise<Response>;
export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** Paths, and what each answers. */
export type Routes = Record<string, Partial<Record<Method, Handler>>>;

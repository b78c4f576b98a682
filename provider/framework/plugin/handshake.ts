/** What go-plugin's two sides say before they speak gRPC: environment variables in, one line on stdout out. */

import { setting, type Environment } from './environment';

export const MAGIC_COOKIE = {
  name: 'TF_PLUGIN_MAGIC_COOKIE',
  value: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
};

/**
 * The only Terraform protocol spoken here. PLUGIN_PROTOCOL_VERSIONS, the client's list, is not read: a client that does not know this
 * version has the better words for it ("Incompatible API version…"), and gets to say them when it is told the number.
 */
export const PROTOCOL_VERSION = 6;

const CORE_PROTOCOL_VERSION = 1;

export interface Endpoint {
  readonly network: 'unix' | 'tcp';
  /** Path of the socket, or `host:port`. */
  readonly address: string;
}

/** Whether this process was started by Terraform and not by a person. */
export function startedByTerraform(env: Environment): boolean {
  return env[MAGIC_COOKIE.name] === MAGIC_COOKIE.value;
}

/** The line that tells Terraform where the plugin serves. `certificate`: DER, or nothing where TLS is switched off. */
export function handshakeLine(endpoint: Endpoint, certificate: Uint8Array | undefined, env: Environment): string {
  const encoded = certificate === undefined ? '' : Buffer.from(certificate).toString('base64').replace(/=+$/, '');
  const fields = [CORE_PROTOCOL_VERSION, PROTOCOL_VERSION, endpoint.network, endpoint.address, 'grpc', encoded];
  // A client that multiplexes asks for a seventh field; an older one would take it for a part of the sixth.
  return [...fields, ...(setting(env, 'PLUGIN_MULTIPLEX_GRPC') === undefined ? [] : ['false'])].join('|') + '\n';
}

/** The JSON that TF_REATTACH_PROVIDERS takes for a plugin which a person started. */
export function reattachConfig(address: string, endpoint: Endpoint, pid: number): string {
  return JSON.stringify({
    [address]: {
      Protocol: 'grpc',
      ProtocolVersion: PROTOCOL_VERSION,
      Pid: pid,
      // Terraform leaves the process running, and `init` does not look for the provider.
      Test: true,
      Addr: { Network: endpoint.network, String: endpoint.address },
    },
  });
}

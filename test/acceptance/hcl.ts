import { DATA_NIC } from '../harness/stage';

/** An argument of a resource: HCL text is made of it by {@link JSON.stringify}, whose strings and numbers HCL shares. */
type Argument = string | number | boolean | null | readonly string[] | { readonly [name: string]: Argument };

/** A root module with our provider, configured by the environment, and the given resources. */
export function module(
  resources: Record<string, Record<string, Argument>>,
  provider: Record<string, Argument> = {},
): string {
  return [
    'terraform {\n  required_providers {\n    tg = { source = "trustgrid/tg" }\n  }\n}',
    `provider "tg" {\n${body(provider)}\n}`,
    ...Object.entries(resources).map(([name, args]) => `resource "tg_node_interface" "${name}" {\n${body(args)}\n}`),
    '',
  ].join('\n\n');
}

/** The data NIC of the node with these arguments. */
export const lan = (fqdn: string, args: Record<string, Argument>) => ({ node_fqdn: fqdn, nic: DATA_NIC, ...args });

const body = (args: Record<string, Argument>) =>
  Object.entries(args)
    .map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`)
    .join('\n');

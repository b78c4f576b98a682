import { ipv4CidrProblem, ipv4Problem, unusableAsClusterIp } from '@tg/api/ipv4';
import type { Path } from '../framework/cty/path';
import { pathText } from '../framework/cty/path';
import type { Value } from '../framework/cty/value';
import type { Diagnostic } from '../framework/schema/diagnostic';
import { errorAt } from '../framework/schema/diagnostic';
import type { Validator } from '../framework/schema/validator';
import { INVALID_VALUE } from '../framework/schema/value-validators';

/** `PATH "VALUE" PROBLEM.` */
function invalid(path: Path, value: string, problem: string): Diagnostic {
  return errorAt(path, INVALID_VALUE, `${pathText(path)} "${value}" ${problem}.`);
}

const checked =
  (problemOf: (text: string) => string | null): Validator<string> =>
  (value, path) => {
    const problem = problemOf(value);
    return problem === null ? [] : [invalid(path, value, problem)];
  };

/** An IPv4 address. */
export const ipv4 = checked(ipv4Problem);

/** An IPv4 address with its prefix length. */
export const ipv4Cidr = checked(ipv4CidrProblem);

/** An IPv4 address that a subnet of a VPC could hold; whether this subnet does is asked of the node. */
export const clusterIp = checked((text) => {
  const problem = ipv4Problem(text);
  if (problem !== null) return problem;
  const unusable = unusableAsClusterIp(text);
  return unusable === null ? null : `${unusable}; name an unused private address of the data subnet`;
});

const HOST_NAME = /^(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*$/i;

/** A fully qualified or single-label host name. */
export const hostname = checked((text) =>
  text.length <= 253 && HOST_NAME.test(text)
    ? null
    : 'is not a host name; write it without scheme, port, or a dot at the end, such as gw-a.example.com',
);

/** An IPv4 address or a host name, without a port. */
export const ipv4OrHostname = checked((text) => {
  if (ipv4Problem(text) === null) return null;
  // Numbers and dots only are meant to be an address.
  if (/^[\d.]+$/.test(text)) return ipv4Problem(text);
  return HOST_NAME.test(text) && text.length <= 253
    ? null
    : 'is neither an IPv4 address nor a host name; write it without scheme and port';
});

/** A node's uid. */
export const nodeUid = checked((text) =>
  /^[a-z0-9][a-z0-9_-]{0,127}$/i.test(text)
    ? null
    : "is not a node's id; it has letters, digits and hyphens, such as d70e7d73-2a1c-4388-bbb1-08ca2fd39f48 (a name goes into node_fqdn)",
);

/** A network interface's name as the operating system has it. */
export const nicName = checked((text) =>
  /^[^\s/:]{1,15}$/.test(text)
    ? null
    : 'is not the name of a network interface: at most 15 characters, without blanks, slashes and colons, such as eth1',
);

/** A list without null in it. */
export const noNulls: Validator<readonly Value[]> = (value, path) =>
  value.includes(null)
    ? [errorAt(path, INVALID_VALUE, `${pathText(path)} contains null; leave the element away.`)]
    : [];

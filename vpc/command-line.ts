import { parseArgs } from 'node:util';
import type { VpcOptions } from './server/running-vpc';

export const HELP = `vpc: an AWS VPC in a box

Usage: vpc [--port P] [--host H] [--upstream URL] [--region R]

Without --upstream it is a fake EC2 endpoint that keeps everything in memory. With --upstream it stands in front of a
LocalStack (or moto) at that URL and supplies AWS's rules of secondary addresses, which LocalStack lacks.

  --port P        port of the EC2 endpoint; 0 (default): any free one
  --host H        address to listen on; default 127.0.0.1
  --upstream URL  e.g. http://127.0.0.1:4566
  --region R      AWS region; default us-east-1
  --help          this text

When it serves it prints "vpc ready http://127.0.0.1:P". SIGTERM or SIGINT (Ctrl-C) stops it.
Point an AWS SDK at it with AWS_ENDPOINT_URL_EC2. Faults, metadata listeners and recorded calls: the control API below
/_vpc/ (vpc/README.md).
`;

/** What the command line asks for. */
export type CommandLine = { kind: 'help' } | { kind: 'run'; options: VpcOptions } | { kind: 'wrong'; sentence: string };

/** Reads the command line; never throws. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const wrong = (sentence: string): CommandLine => ({ kind: 'wrong', sentence: `${sentence} See --help.` });
  let values: Partial<Record<'port' | 'host' | 'upstream' | 'region', string>> & { help?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        upstream: { type: 'string' },
        region: { type: 'string' },
        help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return wrong(error instanceof Error ? error.message.replace(/\.?$/, '.') : String(error));
  }
  if (values.help) return { kind: 'help' };
  const { port = '0', host = '127.0.0.1', upstream, region } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return wrong(`--port is "${port}"; it must be a whole number from 0 to 65535.`);
  }
  if (host === '') return wrong('--host is empty; it must be an address of this machine, e.g. 127.0.0.1.');
  if (upstream !== undefined && !isHttpUrl(upstream)) {
    return wrong(`--upstream is "${upstream}"; it must be a URL like http://127.0.0.1:4566.`);
  }
  if (region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    return wrong(`--region is "${region}"; it must be an AWS region like us-east-1.`);
  }
  return {
    kind: 'run',
    options: {
      port: Number(port),
      host,
      ...(upstream === undefined ? {} : { upstream }),
      ...(region === undefined ? {} : { region }),
    },
  };
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

import { serve, type LoopbackServer } from './loopback-server';

export interface ImdsStub extends LoopbackServer {
  endpoint: string;
  /** `GET /path` or `PUT /path`, in order. */
  requests: string[];
  /** Text by path below latest/meta-data/. */
  items: Map<string, string>;
  /** Tokens given so far; only the last is valid unless all were revoked. */
  tokens: number;
  revokeTokens(): void;
  /** Makes it accept connections and answer nothing of this method. */
  mute: Set<string>;
}

/** An instance metadata service that holds what it is given, and wants a token. */
export async function startImdsStub(items: Record<string, string> = {}): Promise<ImdsStub> {
  const requests: string[] = [];
  const mute = new Set<string>();
  let valid: string | null = null;
  const running = await serve((request, response) => {
    const { method = '', url = '' } = request;
    requests.push(`${method} ${url}`);
    if (mute.has(method)) return;
    const end = (status: number, text = ''): void => {
      response.writeHead(status);
      response.end(text);
    };
    if (method === 'PUT' && url === '/latest/api/token') {
      if (!/^\d+$/.test(String(request.headers['x-aws-ec2-metadata-token-ttl-seconds']))) {
        end(400);
        return;
      }
      stub.tokens += 1;
      valid = `token-${stub.tokens}`;
      end(200, valid);
      return;
    }
    if (request.headers['x-aws-ec2-metadata-token'] !== valid) {
      end(401);
      return;
    }
    const item = stub.items.get(url.replace('/latest/meta-data/', ''));
    if (item === undefined) end(404, 'Not Found');
    else end(200, item);
  });
  const stub: ImdsStub = {
    ...running,
    endpoint: `http://127.0.0.1:${running.port}`,
    requests,
    items: new Map(Object.entries(items)),
    tokens: 0,
    revokeTokens: () => (valid = null),
    mute,
  };
  return stub;
}

/** What IMDS says of an instance with two ENIs. */
export const INSTANCE: Record<string, string> = {
  'instance-id': 'i-1',
  'placement/region': 'eu-central-1',
  'network/interfaces/macs/': '02:00:00:00:00:01/\n02:00:00:00:00:02/',
  ...eni('02:00:00:00:00:01', 'eni-1', '10.0.0.10', '10.0.0.0/24'),
  ...eni('02:00:00:00:00:02', 'eni-2', '10.0.1.10\n10.0.1.50', '10.0.1.0/24'),
};

function eni(mac: string, eniId: string, addresses: string, cidr: string): Record<string, string> {
  const path = `network/interfaces/macs/${mac}`;
  return {
    [`${path}/interface-id`]: eniId,
    [`${path}/subnet-id`]: `subnet-of-${eniId}`,
    [`${path}/subnet-ipv4-cidr-block`]: cidr,
    [`${path}/local-ipv4s`]: addresses,
    [`${path}/vpc-ipv4-cidr-blocks`]: '10.0.0.0/16\n10.1.0.0/16',
  };
}

export const roleDocument = (accessKeyId: string, expiration: Date): string =>
  JSON.stringify({
    Code: 'Success',
    AccessKeyId: accessKeyId,
    SecretAccessKey: 'secret',
    Token: 'session',
    Expiration: expiration.toISOString(),
  });

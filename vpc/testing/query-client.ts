import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'item' });

/** Credentials to sign with, as far as the emulator looks at them. */
export interface TestCredentials {
  accessKeyId: string;
  token?: string;
  region?: string;
}

export const ADMINISTRATOR: TestCredentials = { accessKeyId: 'AKIAADMINISTRATOR000' };

/** Headers of a request signed with those. */
export function signed({ accessKeyId, token, region = 'us-east-1' }: TestCredentials): Record<string, string> {
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=0`,
    ...(token === undefined ? {} : { 'x-amz-security-token': token }),
  };
}

/** An answer: HTTP status, AWS's code when refused, the parsed body. */
export interface TestAnswer {
  status: number;
  code: string | undefined;
  text: string;
  body: unknown;
}

/** One call of the Query protocol, for tests that need no SDK. */
export async function query(
  endpoint: string,
  action: string,
  fields: Readonly<Record<string, string>> = {},
  options: { credentials?: TestCredentials | null; signal?: AbortSignal } = {},
): Promise<TestAnswer> {
  const { credentials = ADMINISTRATOR, signal } = options;
  const response = await fetch(endpoint, {
    method: 'POST',
    body: new URLSearchParams({ Action: action, Version: '2016-11-15', ...fields }),
    headers: credentials ? signed(credentials) : {},
    ...(signal ? { signal } : {}),
  });
  const text = await response.text();
  return { status: response.status, code: /<Code>(.*?)<\/Code>/.exec(text)?.[1], text, body: parser.parse(text) };
}

/** The text of the first element of that name; throws when there is none. */
export function first(answer: TestAnswer, element: string): string {
  const found = new RegExp(`<${element}>([^<]*)</${element}>`).exec(answer.text)?.[1];
  if (found === undefined) throw new Error(`no <${element}> in ${answer.text}`);
  return found;
}

/** An instance with one ENI (10.0.1.10) in a VPC of its own, and a second ENI (10.0.1.11) on the shelf. */
export async function launch(
  endpoint: string,
): Promise<{ instanceId: string; eni: string; other: string; subnetId: string; vpcId: string; mac: string }> {
  const vpcId = first(await query(endpoint, 'CreateVpc', { CidrBlock: '10.0.0.0/16' }), 'vpcId');
  const subnet = await query(endpoint, 'CreateSubnet', { VpcId: vpcId, CidrBlock: '10.0.1.0/24' });
  const subnetId = first(subnet, 'subnetId');
  const run = await query(endpoint, 'RunInstances', {
    ImageId: 'ami-0abcdef1234567890',
    InstanceType: 't3.medium',
    MinCount: '1',
    MaxCount: '1',
    SubnetId: subnetId,
    PrivateIpAddress: '10.0.1.10',
  });
  const made = await query(endpoint, 'CreateNetworkInterface', { SubnetId: subnetId, PrivateIpAddress: '10.0.1.11' });
  return {
    instanceId: first(run, 'instanceId'),
    eni: first(run, 'networkInterfaceId'),
    other: first(made, 'networkInterfaceId'),
    subnetId,
    vpcId,
    mac: first(run, 'macAddress'),
  };
}

/** A client of an instance's metadata service with a session token. */
export async function metadata(endpoint: string): Promise<(path: string) => Promise<{ status: number; text: string }>> {
  const issued = await fetch(`${endpoint}/latest/api/token`, {
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' },
  });
  const token = await issued.text();
  return async (path) => {
    const response = await fetch(`${endpoint}/latest/${path}`, { headers: { 'x-aws-ec2-metadata-token': token } });
    return { status: response.status, text: await response.text() };
  };
}

/** The credentials that an instance's metadata hands out. */
export async function roleCredentials(endpoint: string): Promise<TestCredentials & { expiration: string }> {
  const read = await metadata(endpoint);
  const role = (await read('meta-data/iam/security-credentials/')).text;
  const text = (await read(`meta-data/iam/security-credentials/${role}`)).text;
  const { AccessKeyId, Token, Expiration } = JSON.parse(text) as Record<'AccessKeyId' | 'Token' | 'Expiration', string>;
  return { accessKeyId: AccessKeyId, token: Token, expiration: Expiration };
}

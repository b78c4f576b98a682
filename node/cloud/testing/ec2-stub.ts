import type { ServerResponse } from 'node:http';
import { bodyOf, serve, type LoopbackServer } from './loopback-server';

/** How the stub answers one request; `silence` never does. */
export type Answer = { status?: number; xml: string } | 'silence' | 'hang-up';

export interface Ec2Stub extends LoopbackServer {
  endpoint: string;
  /** The parameters of each request, in order. */
  requests: URLSearchParams[];
  /** The access key of each request. */
  accessKeys: string[];
  /** Answers to come, first first; then `fallback` for ever. */
  script: Answer[];
  fallback: Answer;
}

const XMLNS = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"';

export const ok = (action: string, inner = '<return>true</return>'): Answer => ({
  xml: `<${action}Response ${XMLNS}><requestId>r-1</requestId>${inner}</${action}Response>`,
});

export const refusal = (code: string, message: string, status = 400): Answer => ({
  status,
  xml: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r-1</RequestID></Response>`,
});

export interface StubEni {
  eniId: string;
  addresses: { address: string; primary?: boolean }[];
  instanceId?: string;
  description?: string;
}

export const page = (enis: readonly StubEni[], nextToken?: string): Answer =>
  ok(
    'DescribeNetworkInterfaces',
    `<networkInterfaceSet>${enis.map(eniXml).join('')}</networkInterfaceSet>` +
      (nextToken === undefined ? '' : `<nextToken>${nextToken}</nextToken>`),
  );

function eniXml({ eniId, addresses, instanceId, description = '' }: StubEni): string {
  const primary = addresses.find((a) => a.primary === true)?.address ?? '';
  const items = addresses.map(
    (a) => `<item><privateIpAddress>${a.address}</privateIpAddress><primary>${a.primary === true}</primary></item>`,
  );
  return (
    `<item><networkInterfaceId>${eniId}</networkInterfaceId><subnetId>subnet-1</subnetId>` +
    `<description>${description}</description><privateIpAddress>${primary}</privateIpAddress>` +
    `<sourceDestCheck>false</sourceDestCheck>` +
    (instanceId === undefined ? '' : `<attachment><instanceId>${instanceId}</instanceId></attachment>`) +
    `<privateIpAddressesSet>${items.join('')}</privateIpAddressesSet></item>`
  );
}

/** An EC2 endpoint that says what it is told to. */
export async function startEc2Stub(tls?: { key: string; cert: string }): Promise<Ec2Stub> {
  const requests: URLSearchParams[] = [];
  const accessKeys: string[] = [];
  const script: Answer[] = [];
  const running = await serve((request, response) => {
    void bodyOf(request).then((body) => {
      requests.push(new URLSearchParams(body));
      accessKeys.push(/Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '');
      send(response, script.shift() ?? stub.fallback);
    });
  }, tls);
  const host = tls === undefined ? `http://127.0.0.1` : 'https://localhost';
  const stub: Ec2Stub = {
    ...running,
    endpoint: `${host}:${running.port}`,
    requests,
    accessKeys,
    script,
    fallback: 'hang-up',
  };
  return stub;
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer === 'silence') return;
  if (answer === 'hang-up') {
    response.destroy();
    return;
  }
  response.writeHead(answer.status ?? 200, { 'content-type': 'text/xml;charset=UTF-8' });
  response.end(answer.xml);
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startLocalstack } from './start-localstack';

/** With LOCALSTACK_ENDPOINT set: nothing is started, whatever answers there. */
describe('a LocalStack that was given', () => {
  let server: Server;
  let url: string;
  let health: { status: number; body: unknown };
  const before = process.env.LOCALSTACK_ENDPOINT;
  beforeEach(async () => {
    server = createServer((request, response) => {
      response.writeHead(request.url === '/_localstack/health' ? health.status : 404);
      response.end(JSON.stringify(health.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env.LOCALSTACK_ENDPOINT = `${url}/`;
  });
  afterEach(async () => {
    if (before === undefined) delete process.env.LOCALSTACK_ENDPOINT;
    else process.env.LOCALSTACK_ENDPOINT = before;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('is used, and named', async () => {
    health = { status: 200, body: { services: { ec2: 'running' }, version: '4.14.0' } };
    expect(await startLocalstack()).toMatchObject({
      endpoint: url,
      how: `LocalStack 4.14.0 at LOCALSTACK_ENDPOINT=${url}`,
    });
  });

  test.each([
    [{ status: 200, body: { services: { ec2: 'disabled' } } }, 'its EC2 is disabled'],
    [{ status: 200, body: {} }, 'its EC2 is not there'],
    [{ status: 500, body: {} }, 'GET /_localstack/health answered 500'],
  ])('%j: not usable, and nothing else is tried', async (answer, reason) => {
    health = answer;
    expect(await startLocalstack()).toEqual({
      unavailable: `LOCALSTACK_ENDPOINT is ${url}/, but no LocalStack with EC2 answers there: ${reason}`,
    });
  });

  test('nobody there', async () => {
    await new Promise((resolve) => server.close(resolve));
    expect(await startLocalstack()).toEqual({
      unavailable: expect.stringMatching(/^LOCALSTACK_ENDPOINT is .+ there: connect ECONNREFUSED/) as unknown,
    });
  });
});

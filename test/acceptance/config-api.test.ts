import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { thisBackend } from './backend';
import { createFixture, type Fixture } from './fixture';

const backend = thisBackend();

/** What comes to the node's API from other clients than ours: refused with 4xx, and nothing is stored. */
describe(`the node's API, on ${backend.name}`, () => {
  let fixture: Fixture;
  let ca: string;

  beforeAll(async () => {
    fixture = await createFixture(backend, 'dev-override');
    ca = await readFile(fixture.stage.daemon.caFile, 'utf8');
  });
  afterAll(async () => {
    await fixture.scope.close();
  });

  const put = (body: string | Buffer, authorization?: string) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const { daemon } = fixture.stage;
      const sent = request(
        `https://${daemon.apiHost}/node/${daemon.uid}/config/network`,
        {
          method: 'PUT',
          ca,
          headers: {
            authorization: authorization ?? `trustgrid-token ${daemon.apiKey.id}:${daemon.apiKey.secret}`,
            'content-type': 'application/json',
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => resolve({ status: response.statusCode!, text }));
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });

  test.each([
    ['not JSON', '{"interfaces": [', 400, /JSON/],
    ['not an object', '[]', 422, /object/],
    ['an unknown field', '{"interfaces": [{"nic": "eth1", "clusterIp": "10.0.1.50"}]}', 422, /clusterIp/],
    ['a wrong type', '{"interfaces": [{"nic": "eth1", "mtu": "9001"}]}', 422, /mtu/],
    ['a bad address', '{"interfaces": [{"nic": "eth1", "clusterIP": "10.0.1.50/24"}]}', 422, /clusterIP/],
    ['a body over the limit', `{"darkMode": ${' '.repeat(1_048_576)}true}`, 413, /1 ?MiB|1048576|1,048,576/],
  ])('%s', async (_, body, status, says) => {
    const before = (await fixture.stage.daemon.status()).configVersion;
    const answer = await put(body);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(says);
    expect((await fixture.stage.daemon.status()).configVersion).toBe(before);
  });

  test('a wrong token', async () => {
    const answer = await put('{}', `trustgrid-token ${fixture.stage.daemon.apiKey.id}:guessed`);
    expect(answer.status).toBe(401);
    expect((await fixture.stage.daemon.status()).configVersion).toBe(0);
  });
});

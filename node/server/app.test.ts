import { CheckResult, MAX_BODY_BYTES, Node, NodeStatus, Organisation } from '@tg/api';
import { StoreError } from '../store/config-store';
import { createTestApi, FQDN, KEY, network, type TestApi, UID } from './api.fixture';

let api: TestApi;
beforeEach(async () => (api = await createTestApi()));
afterEach(() => api.dispose());

const NETWORK = `/node/${UID}/config/network`;
const put = (body: unknown, headers?: Record<string, string>) => api.call('PUT', NETWORK, body, headers);
const message = async (response: Response) => ((await response.json()) as { message: string }).message;
const sentences = async (response: Response) => (await response.json()) as string[];

describe('who may ask', () => {
  test.each([
    ['nobody', '', /send Authorization: trustgrid-token ID:SECRET/],
    ['a wrong secret', 'trustgrid-token terraform:wrong', /not known here/],
    ['an unknown id', 'trustgrid-token other:s3cret:with:colons', /not known here/],
    ['an empty secret', 'trustgrid-token terraform:', /not known here/],
    ['a bearer token of the portal', 'Bearer a.b.c', /not the portal's bearer tokens/],
    ['another scheme', 'Basic dGVycmFmb3JtOng=', /scheme must be trustgrid-token/],
  ])('%s gets 401', async (_, authorization, sentence) => {
    for (const path of [`/node/${UID}`, '/nothing', '/org/mine', '/openapi.json']) {
      const response = await api.call('GET', path, undefined, { authorization });
      expect(response.status).toBe(401);
      expect(await message(response)).toMatch(sentence);
    }
    expect((await put(network, { authorization })).status).toBe(401);
    expect(api.store.current().version).toBe(0);
  });

  test('the scheme and blanks are taken as sent by other clients', async () => {
    expect((await api.call('GET', '/org/mine', undefined, { authorization: `  ${KEY} ` })).status).toBe(200);
  });

  test('the administration socket needs no key', async () => {
    expect((await api.app.request('/org/mine', {}, { local: true })).status).toBe(200);
  });
});

describe('reading', () => {
  test('the node, by uid and by FQDN in any case, with its ETag', async () => {
    await put(network);
    for (const path of [`/node/${UID}`, `/node/by-fqdn/${FQDN}`, `/node/by-fqdn/GW-A.example.com`]) {
      const response = await api.call('GET', path);
      expect(response.status).toBe(200);
      expect(response.headers.get('etag')).toBe(api.store.current().etag);
      const node = Node.parse(await response.json());
      expect(node).toMatchObject({ uid: UID, name: 'gw-a', domain: 'example.com', fqdn: FQDN, config: { network } });
    }
  });

  test('the organisation and the list of nodes', async () => {
    const organisation = Organisation.parse(await (await api.call('GET', '/org/mine')).json());
    expect(organisation).toEqual({ uid: UID, domain: 'example.com', name: 'example.com' });
    const named = await createTestApi({ org: { uid: 'org-7', name: 'Example' } });
    const given = Organisation.parse(await (await named.call('GET', '/org/mine')).json());
    expect(given).toEqual({ uid: 'org-7', domain: 'example.com', name: 'Example' });
    expect(await (await api.call('GET', '/node')).json()).toHaveLength(1);
    expect(await (await api.call('GET', '/node?cluster=c.example.com&projection[0]=uid')).json()).toEqual([]);
  });

  test.each([
    ['GET', '/node/other', /no node other here; this is gw-a\.example\.com/],
    ['GET', '/node/by-fqdn/other.example.com', /no node other\.example\.com here/],
    ['PUT', '/node/other/config/network', /no node other here/],
    ['GET', '/cluster/c.example.com', /this node is in no cluster/],
    ['PUT', '/cluster/c.example.com/config/network', /this node is in no cluster/],
    ['GET', '/nothing', /no \/nothing/],
  ])('%s %s is 404', async (method, path, sentence) => {
    const response = await api.call(method, path, method === 'PUT' ? network : undefined);
    expect(response.status).toBe(404);
    expect(await message(response)).toMatch(sentence);
  });

  test.each([
    ['DELETE', `/node/${UID}`, 'GET, PUT'],
    ['POST', NETWORK, 'PUT'],
    ['GET', `${NETWORK}/check`, 'POST'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
    const response = await api.call(method, path, method === 'GET' ? undefined : {});
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
  });
});

describe('writing', () => {
  test('stores what was sent, in its order, and says the version', async () => {
    const body = '{"tunnels":[{"zz":1,"aa":"x"}],"interfaces":[{"clusterIP":"10.0.1.50","nic":"eth1"}]}';
    const response = await put(body);
    expect(response.status).toBe(200);
    expect(response.headers.get('tg-config-version')).toBe('1');
    expect(response.headers.get('etag')).toBe(api.store.current().etag);
    expect(JSON.stringify(api.store.current().config)).toBe(body);
    expect(JSON.stringify(((await response.json()) as Node).config.network)).toBe(body);
  });

  test('If-Match: 412 with what is in force, nothing stored, the check not even asked', async () => {
    const { etag } = api.store.current();
    expect((await put(network, { 'if-match': etag })).status).toBe(200);
    api.findings.push({ severity: 'error', code: 'x', message: 'must not be seen' });
    const late = await put({}, { 'if-match': etag });
    expect(late.status).toBe(412);
    expect(await message(late)).toMatch(/now version 1 .*Read it again/);
    expect(api.store.current().version).toBe(1);
  });

  test('what is wrong on this node is 422 with its sentences; warnings do not stop a write', async () => {
    api.findings.push({ severity: 'warning', code: 'w', message: 'a warning' });
    expect((await put(network)).status).toBe(200);
    api.findings.push({ severity: 'error', code: 'e', message: 'an error' });
    const refused = await put({});
    expect(refused.status).toBe(422);
    expect(await sentences(refused)).toEqual(['an error']);
    expect(api.store.current().config).toEqual(network);
  });

  test('the check answers findings and stores nothing', async () => {
    api.findings.push({ severity: 'error', code: 'e', message: 'an error', nic: 'eth1', field: 'clusterIP' });
    const response = await api.call('POST', `${NETWORK}/check`, network);
    expect(response.status).toBe(200);
    expect(CheckResult.parse(await response.json()).findings).toEqual(api.findings);
    expect(api.store.current().version).toBe(0);
    expect((await api.call('POST', `${NETWORK}/check`, { nope: 1 })).status).toBe(422);
  });

  test.each([
    ['empty', '', /is not JSON: it is empty/],
    ['cut off', '{"interfaces":[', /is not JSON/],
    ['YAML', 'interfaces: []', /is not JSON/],
    ['nested a thousand times', `${'['.repeat(1000)}${']'.repeat(1000)}`, /nested more than 64 levels/],
  ])('a body that is %s is 400', async (_, body, sentence) => {
    const response = await put(body);
    expect(response.status).toBe(400);
    expect(await message(response)).toMatch(sentence);
    expect(api.store.current().version).toBe(0);
  });

  test('a body over the limit is 413, declared or not; one at the limit is taken', async () => {
    const filler = (size: number) => `{"tunnels":[{"f":"${'x'.repeat(size - 22)}"}]}`.padEnd(size);
    expect((await put(filler(MAX_BODY_BYTES))).status).toBe(200);
    expect((await put(filler(MAX_BODY_BYTES + 1))).status).toBe(413);
    const declared = await put('{}', { 'content-length': String(MAX_BODY_BYTES + 1) });
    expect(declared.status).toBe(413);
    expect(await message(declared)).toMatch(/larger than 1048576 bytes/);
    expect(api.store.current().version).toBe(1);
  });

  const entry = (fields: object) => ({ interfaces: [{ nic: 'eth1', ...fields }] });
  test.each<[unknown, RegExp]>([
    [null, /^the body must be an object, not null\.$/],
    [[], /^the body must be an object, not \[\]\.$/],
    [{ interface: [] }, /^interface is not a field that this node knows/],
    [{ interfaces: {} }, /^interfaces must be an array, not \{\}\.$/],
    [{ interfaces: [{ clusterIP: '10.0.1.50' }] }, /^interfaces\[0\]\.nic is missing; it must be a string\.$/],
    [entry({ nic: 'a/b' }), /^interfaces\[0\]\.nic \(a\/b\) "a\/b" must be the name of a network interface/],
    [entry({ cluster_ip: '10.0.1.50' }), /^interfaces\[0\]\.cluster_ip \(eth1\) is not a field that this node knows/],
    [entry({ clusterIP: 5 }), /^interfaces\[0\]\.clusterIP \(eth1\) must be a string, not 5\.$/],
    [entry({ clusterIP: null }), /^interfaces\[0\]\.clusterIP \(eth1\) must be a string, not null\.$/],
    [
      entry({ clusterIP: '10.0.1.300' }),
      /^interfaces\[0\]\.clusterIP \(eth1\) "10\.0\.1\.300" must be an IPv4 address/,
    ],
    [entry({ clusterIP: '10.0.1.50/24' }), /"10\.0\.1\.50\/24" must be an IPv4 address .* without a prefix length/],
    [entry({ clusterIP: '010.0.1.50' }), /"010\.0\.1\.50" must be an IPv4 address/],
    [entry({ clusterIP: '::1' }), /"::1" must be an IPv4 address/],
    [entry({ clusterIP: '0.0.0.0' }), /clusterIP \(eth1\) "0\.0\.0\.0" is /],
    [entry({ clusterIP: '224.0.0.5' }), /clusterIP \(eth1\) .*multicast/],
    [entry({ clusterIP: '127.0.0.1' }), /clusterIP \(eth1\) .*loopback/],
    [entry({ dhcp: 'yes' }), /dhcp \(eth1\) must be true or false, not "yes"/],
    [entry({ mtu: 100 }), /mtu \(eth1\) is 100; it must be at least 1300/],
    [entry({ mode: 'fast' }), /mode \(eth1\) is "fast"; it must be one of "", "auto", "manual"/],
    [entry({ speed: 1.5 }), /speed \(eth1\) must be a whole number, not 1\.5/],
    [entry({ dns: ['x'] }), /dns\[0\] \(eth1\) "x" must be an IPv4 address/],
    [{ interfaces: [{ nic: 'eth1' }, { nic: 'eth1' }] }, /interfaces\[1\]\.nic \(eth1\) eth1 is listed twice/],
    [
      {
        interfaces: [
          { nic: 'eth1', clusterIP: '10.0.1.50' },
          { nic: 'eth2', clusterIP: '10.0.1.50' },
        ],
      },
      /interfaces\[1\]\.clusterIP \(eth2\) 10\.0\.1\.50 is already the cluster IP of eth1/,
    ],
  ])('%j is 422 and names field and value', async (body, sentence) => {
    const response = await put(body);
    expect(response.status).toBe(422);
    const said = await sentences(response);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(sentence);
    expect(api.store.current().version).toBe(0);
  });

  test('an address that no host can have is named with its value', async () => {
    expect((await sentences(await put(entry({ clusterIP: '224.0.0.5' }))))[0]).toContain('224.0.0.5');
  });

  test('every complaint of a body is listed', async () => {
    const said = await sentences(await put({ nope: 1, interfaces: [{ nic: 'eth1', mtu: 1, clusterIP: 'x' }] }));
    expect(said).toHaveLength(3);
  });

  test('a store that cannot write is 507 with its sentence', async () => {
    api.store.put = () => Promise.reject(new StoreError('disk', 'the disk is full'));
    const response = await put(network);
    expect(response.status).toBe(507);
    expect(await message(response)).toBe('the disk is full');
  });

  test('an error of ours is 500 without its text, which is logged', async () => {
    api.store.put = () => Promise.reject(new Error('private detail'));
    const response = await put(network);
    expect(response.status).toBe(500);
    expect(await message(response)).not.toContain('private');
    expect(JSON.stringify(api.logged)).toContain('private detail');
  });
});

describe('the outcome of a write', () => {
  const status = async (query: string) => {
    const response = await api.call('GET', `/node/${UID}/status${query}`);
    return { code: response.status, body: (await response.json()) as NodeStatus };
  };

  test('without a question the status is given as it is', async () => {
    const { code, body } = await status('');
    expect(code).toBe(200);
    expect(NodeStatus.parse(body)).not.toHaveProperty('outcome');
  });

  test('is waited for', async () => {
    await put(network);
    const waiting = status('?version=1&nic=eth1&wait=30');
    await api.store.confirm('eth1', 1);
    expect((await waiting).body).toMatchObject({ outcome: 'applied', messages: [], configVersion: 1 });
  });

  test('refused: with the sentence of AWS', async () => {
    await put(network);
    const waiting = status('?version=1&nic=eth1&wait=30');
    await api.store.revert({ nic: 'eth1', version: 1, address: '10.0.1.50', code: 'c', message: 'held by eni-2' });
    expect((await waiting).body).toMatchObject({ outcome: 'refused', messages: ['held by eni-2'], configVersion: 2 });
  });

  test('superseded: waiting ends with the later write', async () => {
    await put(network);
    const waiting = status('?version=1&nic=eth1&wait=30');
    await put({});
    expect((await waiting).body).toMatchObject({ outcome: 'superseded' });
  });

  test('pending: says what the node waits for', async () => {
    await put(network);
    expect((await status('?version=1&nic=eth1')).body).toMatchObject({
      outcome: 'pending',
      messages: ['the node has not looked at eth1 yet.'],
    });
    api.interfaces.push({
      nic: 'eth1',
      clusterIP: '10.0.1.50',
      eni: 'absent',
      os: 'bound',
      state: 'pending',
      releasing: ['10.0.1.49'],
    });
    expect((await status('?version=1&nic=eth1&wait=0')).body.messages).toEqual([
      '10.0.1.50 is not seen on its ENI yet; 10.0.1.49 is still being released.',
    ]);
    const problem = { code: 'throttled', kind: 'retry-later', since: 'x', message: 'EC2 throttles' } as const;
    api.interfaces[0] = { ...api.interfaces[0]!, problem };
    expect((await status('?version=1&nic=eth1')).body.messages).toEqual(['EC2 throttles']);
  });

  test('a daemon that stops answers those who wait', async () => {
    await put(network);
    const waiting = status('?version=1&nic=eth1&wait=60');
    api.closing.abort();
    expect((await waiting).body.outcome).toBe('pending');
  });

  test.each([
    ['?version=2&nic=eth1', /version 2 was never written; the newest is 1/],
    ['?version=0&nic=eth1', /never written/],
    ['?version=x&nic=eth1', /version must be a whole number, not "x"/],
    ['?version=1&nic=eth1&wait=61', /wait must be a whole number of at most 60, not "61"/],
    ['?version=1', /nic is missing/],
    ['?wait=5', /version must be a whole number/],
  ])('%s is 422', async (query, sentence) => {
    await put(network);
    const { code, body } = await status(query);
    expect(code).toBe(422);
    expect((body as unknown as string[]).join()).toMatch(sentence);
  });
});

test('the request log holds who, what and the outcome, and no secret', async () => {
  await put({ interfaces: [], tunnels: [{ psk: 'hush' }] });
  await put(network, { authorization: 'trustgrid-token terraform:topsecret' });
  expect(api.logged).toContainEqual(
    expect.objectContaining({
      message: 'request',
      data: expect.objectContaining({ method: 'PUT', status: 200, principal: 'terraform' }) as unknown,
    }),
  );
  expect(JSON.stringify(api.logged)).not.toMatch(/hush|topsecret|s3cret/);
});

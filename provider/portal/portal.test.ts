import { editInterface, readInterface } from './interface-text';
import type { Portal } from './portal';
import { PortalError } from './portal-error';
import { FakeApi } from './testing/fake-api';
import { openTestPortal, SECRET } from './testing/open-test-portal';
import { waitApplied } from './wait-applied';

const never = (): AbortSignal => new AbortController().signal;
const A = { kind: 'node-fqdn', fqdn: 'gw-a.example.com' } as const;
const A_BY_UID = { kind: 'node-id', uid: 'uid-a' } as const;

let api: FakeApi;
let opened: Portal[] = [];
const open = (): Portal => {
  const { portal } = openTestPortal([api.host]);
  opened.push(portal);
  return portal;
};
const start = async (options = {}): Promise<void> => {
  api = await FakeApi.start(options);
  api.node(A.fqdn, 'uid-a');
};
const set = (portal: Portal, target: typeof A | typeof A_BY_UID, nic: string, clusterIP: string) =>
  portal.write(target, (text) => ({ text: editInterface(text, nic, { clusterIP }).network, result: nic }), never());

afterEach(async () => {
  for (const portal of opened) portal.close();
  opened = [];
  await api.close();
});

test('200 concurrent writes of two clients lose nothing and need few requests', async () => {
  await start();
  const clients = [open(), open()];
  const nics = Array.from({ length: 200 }, (_, i) => `eth${i}`);
  await Promise.all(nics.map((nic, i) => set(clients[i % 2]!, i % 3 === 0 ? A : A_BY_UID, nic, `10.0.${i}.50`)));
  const [target] = api.targets;
  nics.forEach((nic, i) => expect(readInterface(target!.network, nic)?.clusterIP).toBe(`10.0.${i}.50`));
  expect(api.count('PUT')).toBeLessThan(20);
  expect(api.count('GET')).toBeLessThan(20);
});

test('without ETags, one client still merges and loses nothing', async () => {
  await start({ portal: true });
  const portal = open();
  await Promise.all(
    Array.from({ length: 50 }, (_, i) => set(portal, i % 2 === 0 ? A : A_BY_UID, `eth${i}`, `10.0.${i}.50`)),
  );
  for (let i = 0; i < 50; i++)
    expect(readInterface(api.targets[0]!.network, `eth${i}`)?.clusterIP).toBe(`10.0.${i}.50`);
  expect(api.count('PUT')).toBeLessThan(8);
  expect(api.requests.some((r) => 'if-match' in r.headers)).toBe(false);
});

test('a write needs one GET and one conditional PUT', async () => {
  await start();
  const write = await set(open(), A, 'eth1', '10.0.1.50');
  expect(write).toMatchObject({ changed: true, version: 2, uid: 'uid-a' });
  expect(api.requests.map((r) => `${r.method} ${r.path}`)).toEqual([
    'GET /node/by-fqdn/gw-a.example.com',
    'PUT /node/uid-a/config/network',
  ]);
  expect(api.requests[1]!.headers['if-match']).toBe('"1"');
});

test('what somebody else writes in between is kept', async () => {
  await start();
  api.fault = ({ method }) =>
    method === 'PUT' && api.count('PUT') < 5
      ? {
          kind: 'other-writer',
          write: (t) => (t.network = editInterface(t.network, `by-other${api.count('PUT')}`, { mtu: 1400 }).network),
        }
      : undefined;
  await set(open(), A, 'eth1', '10.0.1.50');
  expect(JSON.parse(api.targets[0]!.network)).toMatchObject({
    interfaces: [{}, {}, {}, {}, { nic: 'eth1', clusterIP: '10.0.1.50' }],
  });
});

test('a write whose answer is lost is found to be there', async () => {
  await start();
  api.fault = ({ method }) => (method === 'PUT' ? { kind: 'drop-after' } : undefined);
  expect(await set(open(), A, 'eth1', '10.0.1.50')).toMatchObject({ changed: true, version: null });
  expect(api.count('PUT')).toBe(1);
});

test('reads of one moment share a request, and a write ends the sharing', async () => {
  await start();
  const portal = open();
  await Promise.all(Array.from({ length: 20 }, () => portal.read(A, never())));
  expect(api.count('GET')).toBe(1);
  await set(portal, A, 'eth1', '10.0.1.50');
  expect((await portal.read(A, never()))?.network).toContain('10.0.1.50');
});

test('a cluster is read and written under its own name', async () => {
  await start();
  api.cluster('pair.example.com', '{"interfaces":[{"nic":"eth1","cloudRoutes":[{"route":"10.9.0.0/16"}]}]}');
  const target = { kind: 'cluster', fqdn: 'pair.example.com' } as const;
  await open().write(
    target,
    (text) => ({ text: editInterface(text, 'eth1', { clusterIP: '10.0.1.50' }).network, result: 0 }),
    never(),
  );
  expect(api.targets[1]!.network).toBe(
    '{"interfaces":[{"nic":"eth1","cloudRoutes":[{"route":"10.9.0.0/16"}],"clusterIP":"10.0.1.50"}]}',
  );
  expect(await open().check(target, '{}', never())).toEqual([]);
});

test('the portal neither checks nor tells a status', async () => {
  await start({ portal: true });
  expect(await open().check(A, '{}', never())).toBeNull();
  expect(await open().status(A, never())).toBeNull();
  expect(await waitApplied(open(), { target: A, nic: 'eth1', version: null }, never())).toBe('unknown');
});

describe('a server that has something else, or nothing, where our routes are', () => {
  const ours = /\/(status|check)$/;

  test.each([
    [403, '{"message":"Missing Authentication Token"}'],
    [400, '{"message":"bad request"}'],
    [404, '<html>no such page</html>'],
    [200, '{"status":"online"}'],
    [200, '{"findings":{},"interfaces":{},"configVersion":1}'],
    [200, '{"findings":[null],"interfaces":[null],"configVersion":1}'],
    [200, 'null'],
    [200, '<html>'],
  ])('%d %s: it cannot tell', async (status, body) => {
    await start({ portal: true });
    api.fault = ({ path }) => (ours.test(path) ? { kind: 'answer', status, body } : undefined);
    expect(await open().check(A, '{}', never())).toBeNull();
    expect(await open().status(A, never())).toBeNull();
  });

  test('that gave a write no version is not asked what became of it', async () => {
    await start({ portal: true });
    const portal = open();
    const { version } = await set(portal, A, 'eth1', '10.0.1.50');
    api.fault = ({ path }) => (ours.test(path) ? { kind: 'answer', status: 500 } : undefined);
    expect(await waitApplied(portal, { target: A, nic: 'eth1', version }, never())).toBe('unknown');
    expect(api.count('GET', '/status')).toBe(0);
  });

  test.each([
    [404, '{"message":"not found"}'],
    [403, '{}'],
    [200, '{}'],
  ])('%d %s about a write that has a version is an error, and no success', async (status, body) => {
    await start();
    const portal = open();
    const { version } = await set(portal, A, 'eth1', '10.0.1.50');
    api.fault = ({ path }) => (ours.test(path) ? { kind: 'answer', status, body } : undefined);
    await expect(waitApplied(portal, { target: A, nic: 'eth1', version }, never())).rejects.toMatchObject({
      kind: 'protocol',
      message: expect.stringMatching(/^The write was taken, but \/node\/uid-a\/status/) as string,
    });
  });
});

test('secrets and control characters in what the node says are not shown', async () => {
  await start();
  const message = `you sent ${SECRET}\u001b[2J`;
  api.findings = () => [{ severity: 'warning', code: 'x', message }];
  api.interfaces = () => [{ nic: 'eth1', state: 'failing', problem: { message } }];
  api.outcome = () => ({ outcome: 'refused', messages: [message] });
  const portal = open();
  const said = JSON.stringify([await portal.check(A, '{}', never()), await portal.status(A, never())]);
  expect(said).toContain('you sent (secret) [2J');
  expect(said).not.toContain(JSON.stringify(SECRET).slice(1, -1));
  await expect(waitApplied(portal, { target: A, nic: 'eth1', version: 2 }, never())).rejects.toThrow(
    'you sent (secret) [2J',
  );
});

describe('waiting until it is applied', () => {
  const wait = (signal = never(), version: number | null = 2) =>
    waitApplied(open(), { target: A, nic: 'eth1', version }, signal);

  test('long-polls for the version and the NIC', async () => {
    await start();
    let asked = 0;
    api.outcome = (nic, version) => ({
      outcome: ++asked > 3 && nic === 'eth1' && version === 2 ? 'applied' : 'pending',
    });
    expect(await wait()).toBe('applied');
    expect(api.count('GET', '/status')).toBe(1);
  });

  test('without a version, for the one in force', async () => {
    await start();
    api.outcome = (_, version) => ({ outcome: version === 1 ? 'applied' : 'pending' });
    expect(await wait(never(), null)).toBe('applied');
  });

  test('refused: the node’s own sentence', async () => {
    await start();
    api.outcome = () => ({ outcome: 'refused', messages: ['10.0.1.50 is the primary address of eni-1'] });
    await expect(wait()).rejects.toMatchObject({
      kind: 'refused',
      message: '10.0.1.50 is the primary address of eni-1',
    });
  });

  test('not in time: what the node waits for, and that it goes on', async () => {
    await start();
    api.outcome = () => ({ outcome: 'pending', messages: ['AWS throttles'] });
    const controller = new AbortController();
    setTimeout(() => controller.abort(new PortalError('aborted', 'the time limit of 2 s is over')), 250);
    await expect(wait(controller.signal)).rejects.toMatchObject({
      kind: 'pending',
      message: expect.stringMatching(
        /not applied it yet \(the time limit of 2 s is over\).*\nAWS throttles/s,
      ) as string,
    });
  });

  test('a node that restarts meanwhile is asked again', async () => {
    await start();
    api.fault = ({ path }) =>
      path.endsWith('/status') && api.count('GET', '/status') < 12 ? { kind: 'drop-before' } : undefined;
    expect(await wait()).toBe('applied');
  });
});

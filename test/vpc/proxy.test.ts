import { startVpc, type RunningVpc } from '@tg/vpc';
import { addresses, assign, createLab, refusal, type Lab } from './lab';
import { describeRules } from './rules-suite';

/** The proxy in front of the fake: part of the table, and what only a proxy can get wrong. All of it, on LocalStack: acceptance. */
describe('the proxy', () => {
  let upstream: RunningVpc;
  let proxy: RunningVpc;
  beforeAll(async () => {
    upstream = await startVpc();
    proxy = await startVpc({ upstream: upstream.endpoint });
  });
  afterAll(async () => {
    await proxy.close();
    await upstream.close();
  });
  describeRules(() => proxy.endpoint, ['unassign', 'lifecycle']);

  describe('a move', () => {
    let lab: Lab;
    beforeEach(async () => {
      lab = await createLab(proxy.endpoint);
      await assign(lab, lab.a, ['10.0.1.50']);
      upstream.clearCalls();
    });
    afterEach(() => upstream.clearFaults());

    const changes = () =>
      upstream
        .calls()
        .filter((call) => /^(Una|A)ssign/.test(call.action))
        .map((call) => [call.action, call.params.NetworkInterfaceId, call.params['PrivateIpAddress.1']]);

    test('takes the address away at the upstream before it gives it', async () => {
      await assign(lab, lab.b, ['10.0.1.50'], true);
      expect(changes()).toEqual([
        ['UnassignPrivateIpAddresses', lab.a, '10.0.1.50'],
        ['AssignPrivateIpAddresses', lab.b, '10.0.1.50'],
      ]);
    });

    test('that fails half-way at the upstream is undone', async () => {
      upstream.addFault({ action: 'AssignPrivateIpAddresses', kind: 'server-error' });
      expect((await refusal(assign(lab, lab.b, ['10.0.1.50'], true)))?.status).toBe(500);
      expect(await addresses(lab, lab.a)).toEqual(['10.0.1.10', '10.0.1.50']);
      expect(await addresses(lab, lab.b)).toEqual(['10.0.1.11']);
    });
  });

  test('an upstream that is not there is an InternalError that says so', async () => {
    const gone = await startVpc();
    const lonely = await startVpc({ upstream: gone.endpoint });
    const lab = await createLab(lonely.endpoint);
    await gone.close();
    const told = await refusal(assign(lab, lab.a, ['10.0.1.50']));
    expect(told).toMatchObject({ status: 500, code: 'InternalError' });
    expect(told?.message).toContain(`the upstream ${gone.endpoint} does not answer`);
    await lonely.close();
  });

  test('does not start on an upstream that is not there', async () => {
    await expect(startVpc({ upstream: 'http://127.0.0.1:1' })).rejects.toThrow(
      /^the upstream http:\/\/127\.0\.0\.1:1 does not answer/,
    );
  });
});
